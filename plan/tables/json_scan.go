package tables

import (
	"errors"
	"fmt"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

// scanner reads JSON (RFC 8259) piece by piece from a window, so that a document
// of any size needs the memory of its longest value only.
type scanner struct {
	in   input
	line int // from 1
}

// Errors of a value that do not spoil the rest of the document.
var errNotText = errors.New("not UTF-8 text: save the document as UTF-8")

// errTooLong ends the reading: the rest of the value is not looked at.
var errTooLong = errors.New(tooLong())

// syntaxError is text that is no JSON.
type syntaxError struct {
	line int
	text string
}

func (e *syntaxError) Error() string { return fmt.Sprintf("line %d: %s", e.line, e.text) }

func (s *scanner) reset(src io.Reader, line int) {
	s.in.reset(src)
	s.line = line
	s.in.skipBOM()
}

// unexpected is an error at the next byte, or what ended the source.
func (s *scanner) unexpected(wanted string) error {
	if s.in.pos < s.in.end {
		c := s.in.buf[s.in.pos]
		if c < utf8.RuneSelf {
			return &syntaxError{s.line, fmt.Sprintf("%q is not expected here, but %s", c, wanted)}
		}
		return &syntaxError{s.line, fmt.Sprintf("%s is expected here", wanted)}
	}
	if s.in.err != nil && s.in.err != io.EOF {
		return s.in.err
	}
	return &syntaxError{s.line, fmt.Sprintf("the document ends where %s is expected", wanted)}
}

// peek is the next byte that is no white space, 0 at the end.
func (s *scanner) peek() byte {
	for {
		for s.in.pos < s.in.end {
			switch c := s.in.buf[s.in.pos]; c {
			case '\n':
				s.line++
				s.in.pos++
			case ' ', '\t', '\r':
				s.in.pos++
			default:
				return c
			}
		}
		if !s.in.more() {
			return 0
		}
	}
}

// take passes over the byte c, which must come next.
func (s *scanner) take(c byte) error {
	if s.peek() != c || s.in.pos == s.in.end {
		return s.unexpected(fmt.Sprintf("%q", c))
	}
	s.in.pos++
	return nil
}

// list passes over what stands between the elements of an array or object, first
// being true before the first one; more is false at the end of it.
func (s *scanner) list(first bool, closing byte) (more bool, err error) {
	switch c := s.peek(); {
	case c == closing:
		s.in.pos++
		return false, nil
	case first:
		return true, nil
	case c == ',':
		s.in.pos++
		return true, nil
	}
	return false, s.unexpected(fmt.Sprintf("',' or %q", closing))
}

// text appends the string that comes next to dst.
func (s *scanner) text(dst []byte) ([]byte, error) {
	if s.peek() != '"' {
		return dst, s.unexpected("a string in double quotes")
	}
	s.in.pos++
	mark, high := len(dst), byte(0)
	valid := true
	for {
		w := s.in.window()
		i := 0
		for i < len(w) && w[i] != '"' && w[i] != '\\' && w[i] >= ' ' {
			high |= w[i]
			i++
		}
		dst = append(dst, w[:i]...)
		s.in.pos += i
		switch {
		case len(dst)-mark > MaxCell:
			return dst, errTooLong
		case i == len(w):
			if !s.in.more() {
				return dst, s.unexpected("the end of a string")
			}
		case w[i] == '"':
			s.in.pos++
			if !valid || high >= utf8.RuneSelf && !utf8.Valid(dst[mark:]) {
				return dst, errNotText
			}
			return dst, nil
		case w[i] == '\\':
			var r rune
			var err error
			if r, err = s.escape(); err != nil {
				return dst, err
			}
			valid = valid && r >= 0
			dst = utf8.AppendRune(dst, r)
		default:
			return dst, &syntaxError{s.line, fmt.Sprintf("a control character in a string: write \\u%04x", w[i])}
		}
	}
}

// ahead makes n bytes of the window available.
func (s *scanner) ahead(n int) []byte {
	for s.in.end-s.in.pos < n && s.in.more() {
	}
	w := s.in.window()
	return w[:min(n, len(w))]
}

// escape reads an escape sequence; the rune is negative for half a surrogate pair.
func (s *scanner) escape() (rune, error) {
	w := s.ahead(2)
	if len(w) < 2 {
		s.in.pos = s.in.end
		return 0, s.unexpected("the end of a string")
	}
	switch w[1] {
	case '"', '\\', '/':
		s.in.pos += 2
		return rune(w[1]), nil
	case 'b', 'f', 'n', 'r', 't':
		s.in.pos += 2
		return map[byte]rune{'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}[w[1]], nil
	case 'u':
		r, ok := hex4(s.ahead(6))
		if !ok {
			break
		}
		s.in.pos += 6
		if !utf16.IsSurrogate(r) {
			return r, nil
		}
		if low, ok := hex4(s.ahead(6)); ok {
			if pair := utf16.DecodeRune(r, low); pair != utf8.RuneError {
				s.in.pos += 6
				return pair, nil
			}
		}
		return -1, nil
	}
	return 0, &syntaxError{s.line, "no escape sequence of JSON: write \\\\ for a backslash"}
}

// hex4 reads \u and four hexadecimal digits.
func hex4(w []byte) (rune, bool) {
	if len(w) < 6 || w[0] != '\\' || w[1] != 'u' {
		return 0, false
	}
	var r rune
	for _, c := range w[2:6] {
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			c = c | 0x20 - 'a' + 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	return r, true
}

// word appends the number, true, false or null that comes next to dst.
func (s *scanner) word(dst []byte) ([]byte, error) {
	s.peek()
	mark := len(dst)
	for {
		w := s.in.window()
		i := 0
		for i < len(w) && wordByte(w[i]) {
			i++
		}
		dst = append(dst, w[:i]...)
		s.in.pos += i
		if len(dst)-mark > MaxCell {
			return dst, errTooLong
		}
		if i < len(w) || !s.in.more() {
			break
		}
	}
	if word := dst[mark:]; len(word) == 0 {
		return dst, s.unexpected("a value")
	} else if string(word) != "true" && string(word) != "false" && string(word) != "null" && !isNumber(word) {
		return dst, &syntaxError{s.line, fmt.Sprintf("%q is no value of JSON: texts and dates stand in double quotes, numbers are written like 12.5", clip(word))}
	}
	return dst, nil
}

func wordByte(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '-' || c == '+' || c == '.' || c == '_'
}

// isNumber checks the grammar of a JSON number.
func isNumber(w []byte) bool {
	i := 0
	digits := func() int {
		from := i
		for i < len(w) && w[i] >= '0' && w[i] <= '9' {
			i++
		}
		return i - from
	}
	if i < len(w) && w[i] == '-' {
		i++
	}
	if first := i; digits() == 0 || w[first] == '0' && i > first+1 {
		return false
	}
	if i < len(w) && w[i] == '.' {
		i++
		if digits() == 0 {
			return false
		}
	}
	if i < len(w) && (w[i] == 'e' || w[i] == 'E') {
		i++
		if i < len(w) && (w[i] == '+' || w[i] == '-') {
			i++
		}
		if digits() == 0 {
			return false
		}
	}
	return i == len(w)
}

// skip passes over the value that comes next, of any kind.
func (s *scanner) skip(depth int) error {
	const deepest = 1000
	if depth > deepest {
		return &syntaxError{s.line, "values are nested too deep"}
	}
	c := s.peek()
	switch c {
	case '"':
		_, err := s.text(nil)
		if err == errNotText {
			err = nil
		}
		return err
	case '[', '{':
		s.in.pos++
		for first := true; ; first = false {
			more, err := s.list(first, c+2) // ] and } stand two behind [ and {
			if err != nil || !more {
				return err
			}
			if c == '{' {
				if _, err := s.text(nil); err != nil && err != errNotText {
					return err
				}
				if err := s.take(':'); err != nil {
					return err
				}
			}
			if err := s.skip(depth + 1); err != nil {
				return err
			}
		}
	}
	_, err := s.word(nil)
	return err
}

// copyValue appends the text of the value that comes next to dst, without
// looking at more than its brackets and quotes.
func (s *scanner) copyValue(dst []byte) ([]byte, error) {
	depth, inText, length := 0, false, 0
	s.peek()
	for {
		w := s.in.window()
		for i := 0; i < len(w); i++ {
			c := w[i]
			switch {
			case inText && c == '\\':
				if i+1 == len(w) { // the next byte decides nothing, but it must be there
					dst = append(dst, w[:i]...)
					s.in.pos += i
					if len(s.ahead(2)) < 2 {
						s.in.pos = s.in.end
						return dst, s.unexpected("the end of a string")
					}
					w, i = s.in.window(), 0
				}
				i++
				length += 2
			case inText && c == '"':
				inText = false
			case inText:
				if length++; length > 6*MaxCell {
					return dst, errTooLong
				}
			case c == '"':
				inText, length = true, 0
			case c == '\n':
				s.line++
			case c == '[' || c == '{':
				depth++
			case c == ']' || c == '}':
				depth--
			}
			if depth < 0 || !inText && depth == 0 && (c == ',' || c == ']' || c == '}') {
				n := i
				if depth == 0 && c != ',' {
					n++ // the bracket that closes this value
				}
				dst = append(dst, w[:n]...)
				s.in.pos += n
				return dst, nil
			}
		}
		dst = append(dst, w...)
		s.in.pos = s.in.end
		if !s.in.more() {
			return dst, s.unexpected("the end of a value")
		}
	}
}
