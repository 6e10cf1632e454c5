package access

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/taktplan/takt/cmd/takt/internal/api"
)

func TestTheLifeOfAToken(t *testing.T) {
	h := newHouse(t, nil)
	h.want(422, "POST", "/v1/tokens", `{"name":"board","role":"viewer"}`) // would lock everybody out
	w := h.want(201, "POST", "/v1/tokens", `{"name":"ops","role":"admin","note":"night shift"}`)
	var made api.Token
	if err := json.Unmarshal(w.Body.Bytes(), &made); err != nil || !wellFormed(made.Secret) || made.Note != "night shift" || made.Expires != nil {
		t.Fatalf("made %s: %v", w.Body, err)
	}
	if w.Header().Get("Cache-Control") != "no-store" || w.Header().Get("Location") != "/v1/tokens/ops" {
		t.Errorf("headers %v", w.Header())
	}
	h.want(401, "GET", "/v1/tokens", "") // at once
	ops := bearer(made.Secret)
	w = h.want(201, "POST", "/v1/tokens", `{"name":"board","role":"viewer","expires":"24h"}`, ops)
	var board api.Token
	if err := json.Unmarshal(w.Body.Bytes(), &board); err != nil || !board.Expires.Equal(h.now.Add(24*time.Hour)) {
		t.Fatalf("made %s: %v", w.Body, err)
	}
	h.want(200, "GET", "/v1/plan", "", bearer(board.Secret))
	list := h.want(200, "GET", "/v1/tokens", "", ops).Body.String()
	if !strings.Contains(list, `"name":"board"`) || !strings.Contains(list, `"name":"ops"`) || strings.Contains(list, "secret") || strings.Contains(list, prefix) {
		t.Errorf("list %s", list)
	}
	h.want(403, "DELETE", "/v1/tokens/ops", "", bearer(board.Secret))
	h.want(204, "DELETE", "/v1/tokens/board", "", ops)
	h.want(401, "GET", "/v1/plan", "", bearer(board.Secret)) // at once
	h.want(404, "DELETE", "/v1/tokens/board", "", ops)
	h.want(409, "DELETE", "/v1/tokens/ops", "", ops) // the last admin
	h.want(200, "GET", "/v1/tokens", "", ops)
	log := h.log.String()
	for _, secret := range []string{made.Secret, board.Secret} {
		if strings.Contains(log, secret) || strings.Contains(log, fmt.Sprintf("%x", Hash(secret))) {
			t.Error("the log has a secret")
		}
	}
	for _, want := range []string{`"msg":"token created","audit":true,"token":"board","role":"viewer","who":"ops"`, `"msg":"token revoked","audit":true,"token":"board","who":"ops"`} {
		if !strings.Contains(log, want) {
			t.Errorf("the log is without %s:\n%s", want, log)
		}
	}
}

func TestBodiesThatAreNoTokens(t *testing.T) {
	h := newHouse(t, nil)
	for body, status := range map[string]int{
		``:                              400,
		`{`:                             400,
		`[]`:                            400,
		`{"name":1}`:                    400,
		`{"name":"a","role":"admin"}{}`: 400,
		`{"name":"a","role":"admin","secret":"x"}`:                              400,
		`{"name":"","role":"admin"}`:                                            422,
		`{"name":"a b","role":"admin"}`:                                         422,
		`{"name":"../a","role":"admin"}`:                                        422,
		`{"name":"-a","role":"admin"}`:                                          422,
		`{"name":"` + strings.Repeat("a", 65) + `","role":"admin"}`:             422,
		`{"name":"` + NewSecret() + `","role":"admin"}`:                         422,
		`{"name":"a","role":"root"}`:                                            422,
		`{"name":"a","role":"nobody"}`:                                          422,
		`{"name":"a","role":""}`:                                                422,
		`{"name":"a","role":"admin","expires":"soon"}`:                          422,
		`{"name":"a","role":"admin","expires":"-1h"}`:                           422,
		`{"name":"a","role":"admin","expires":"1s"}`:                            422,
		`{"name":"a","role":"admin","note":"` + strings.Repeat("n", 501) + `"}`: 422,
		`{"name":"` + strings.Repeat("n", 20000) + `"}`:                         413,
	} {
		h.want(status, "POST", "/v1/tokens", body)
	}
	h.want(405, "PUT", "/v1/tokens", "{}")
	h.want(405, "GET", "/v1/tokens/a", "")
	if len(h.shelf.tokens) > 0 {
		t.Errorf("there are tokens: %v", h.shelf.tokens)
	}
	h.want(201, "POST", "/v1/tokens", `{"name":"a","role":"admin"}`)
	secret := h.token("b", Admin, 0)
	h.gate.roll.forget()
	h.want(422, "POST", "/v1/tokens", `{"name":"a","role":"admin"}`, bearer(secret)) // taken
	h.shelf.fail(errors.New("disk full"))
	h.want(503, "POST", "/v1/tokens", `{"name":"c","role":"admin"}`, bearer(secret))
	h.want(503, "GET", "/v1/tokens", "", bearer(secret))
	h.want(503, "DELETE", "/v1/tokens/a", "", bearer(secret))
}

// What is looked at before a token is made or revoked still holds when it is.
func TestOfTwoAdminsWhoRevokeEachOtherOneIsLeft(t *testing.T) {
	for range 20 {
		h := newHouse(t, nil)
		a, b := h.token("a", Admin, 0), h.token("b", Admin, 0)
		var both sync.WaitGroup
		both.Go(func() { h.ask("DELETE", "/v1/tokens/b", "", bearer(a)) })
		both.Go(func() { h.ask("DELETE", "/v1/tokens/a", "", bearer(b)) })
		if both.Wait(); len(h.shelf.tokens) != 1 {
			t.Fatalf("tokens %v", h.shelf.tokens)
		}
	}
}

func TestOfTokensOfOneNameThatAreMadeTogetherThereIsOne(t *testing.T) {
	h := newHouse(t, nil)
	ops := h.token("ops", Admin, 0)
	var made atomic.Int32
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if h.ask("POST", "/v1/tokens", `{"name":"board","role":"viewer"}`, bearer(ops)).Code == 201 {
				made.Add(1)
			}
		})
	}
	if all.Wait(); made.Load() != 1 || len(h.shelf.tokens) != 2 {
		t.Errorf("%d were made: %v", made.Load(), h.shelf.tokens)
	}
}

// The description of the operations is with that of all others, in package api.
func TestTokensAreAnsweredAsDescribed(t *testing.T) {
	h := newHouse(t, nil)
	made := h.want(201, "POST", "/v1/tokens", `{"name":"ops","role":"admin","note":"night shift","expires":"24h"}`).Body.Bytes()
	var one api.Token
	if err := json.Unmarshal(made, &one); err != nil {
		t.Fatal(err)
	}
	list := h.want(200, "GET", "/v1/tokens", "", bearer(one.Secret)).Body.Bytes()
	schemas := huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer)
	for _, x := range []struct {
		answer []byte
		kind   reflect.Type
	}{{made, reflect.TypeFor[api.Token]()}, {list, reflect.TypeFor[api.TokenPage]()}} {
		var v any
		if err := json.Unmarshal(x.answer, &v); err != nil {
			t.Fatal(err)
		}
		found := &huma.ValidateResult{}
		huma.Validate(schemas, schemas.Schema(x.kind, true, ""), huma.NewPathBuffer(nil, 0), huma.ModeReadFromServer, v, found)
		for _, err := range found.Errors {
			t.Errorf("%s: %v", x.answer, err)
		}
	}
}
