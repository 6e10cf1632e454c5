package access

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"hash/crc32"
	"regexp"
	"strings"
)

// prefix begins every secret, so that scanners of repositories and logs find one that leaked.
const prefix = "takt_"

const (
	randomBytes = 32
	randomChars = (randomBytes*8 + 5) / 6 // in base64
	sumChars    = 6                       // of a CRC-32
	secretChars = len(prefix) + randomChars + sumChars
)

// NewSecret is a secret of 256 random bits.
func NewSecret() string {
	var b [randomBytes]byte
	_, _ = rand.Read(b[:]) // never fails, says its documentation
	text := base64.RawURLEncoding.EncodeToString(b[:])
	return prefix + text + checksum(text)
}

// checksum tells a mistyped or cut secret without looking it up. It protects nothing.
func checksum(text string) string {
	sum := binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE([]byte(text)))
	return base64.RawURLEncoding.EncodeToString(sum)
}

// wellFormed reports whether a text can be a secret.
func wellFormed(secret string) bool {
	rest, ok := strings.CutPrefix(secret, prefix)
	return ok && len(secret) == secretChars && checksum(rest[:randomChars]) == rest[randomChars:]
}

// Hash is what is kept of a secret. A fast hash is right: a secret has 256 random bits and cannot be guessed.
func Hash(secret string) []byte {
	h := sha256.Sum256([]byte(secret))
	return h[:]
}

// anySecret finds secrets in text, and most of what may be one that was cut or mistyped.
var anySecret = regexp.MustCompile(`takt_[A-Za-z0-9_-]{16,}`)

// Redact is a text without the secrets in it.
func Redact(text string) string {
	if !strings.Contains(text, prefix) {
		return text
	}
	return anySecret.ReplaceAllString(text, prefix+"***")
}
