package access

import (
	"encoding/json"
	"testing"

	"github.com/taktplan/takt/cmd/takt/internal/api"
)

// Whatever asks for a token gets one, with a name and a role that can be, or a problem that says what is wrong.
func FuzzGrant(f *testing.F) {
	for _, body := range []string{`{"name":"ops","role":"admin"}`, `{"name":"board","role":"viewer","note":"hall 3","expires":"720h"}`, `{"name":"a","role":"admin","expires":"9999999h"}`,
		`{"name":"a","role":"admin"}{}`, `{"NAME":"a","role":"admin","note":null}`, `[]`, `{"name":"takt_`, "\ufeff{}", ``} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		h := newHouse(t, nil)
		w := h.ask("POST", "/v1/tokens", string(body))
		if w.Code == 201 {
			var made api.Token
			if err := json.Unmarshal(w.Body.Bytes(), &made); err != nil || !wellFormed(made.Secret) || !names.MatchString(made.Name) || len(h.shelf.tokens) != 1 {
				t.Fatalf("%q: %s: %v", body, w.Body, err)
			}
			if made.Expires != nil && !made.Expires.After(h.now) {
				t.Fatalf("%q: a token that has expired when it is made: %s", body, w.Body)
			}
			return
		}
		if w.Code != 400 && w.Code != 413 && w.Code != 422 || w.Header().Get("Content-Type") != "application/problem+json" || len(h.shelf.tokens) != 0 {
			t.Fatalf("%q: status %d: %s", body, w.Code, w.Body)
		}
	})
}
