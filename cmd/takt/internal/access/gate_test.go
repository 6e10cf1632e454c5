package access

import (
	"errors"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestOnLoopbackWithoutTokensNobodyIsAsked(t *testing.T) {
	h := newHouse(t, nil)
	h.want(200, "GET", "/v1/plan", "")
	h.want(200, "POST", "/v1/changes", "{}")
	h.want(200, "GET", "/v1/tokens", "")
}

func TestAStrangerGetsNothingButTheProbes(t *testing.T) {
	h := newHouse(t, func(o *Options) { o.Loopback = false })
	h.want(200, "GET", "/healthz", "")
	for _, path := range []string{"/v1/plan", "/v1/tokens", "/metrics", "/docs", "/openapi.json", "/debug/pprof/", "/healthz/", "//healthz", "/", "/nothing"} {
		w := h.want(401, "GET", path, "")
		if w.Header().Get("WWW-Authenticate") != `Bearer realm="takt"` {
			t.Errorf("%s: challenge %q", path, w.Header().Values("WWW-Authenticate"))
		}
	}
	h.want(401, "POST", "/v1/changes", "{}")
	h.want(401, "POST", "/v1/tokens", `{"name":"x","role":"admin"}`)
}

func TestRolesMayWhatTheOnesBeforeThemMay(t *testing.T) {
	h := newHouse(t, nil)
	for role, want := range map[Role][3]int{Viewer: {200, 403, 403}, Planner: {200, 200, 403}, Admin: {200, 200, 200}} {
		secret := h.token(role.String(), role, 0)
		h.gate.roll.forget()
		h.want(want[0], "GET", "/v1/plan", "", bearer(secret))
		h.want(want[1], "POST", "/v1/changes", "{}", bearer(secret))
		h.want(want[2], "GET", "/v1/tokens", "", bearer(secret))
	}
}

func TestSecretsThatAreNone(t *testing.T) {
	h := newHouse(t, func(o *Options) { o.Loopback = false })
	secret := h.token("board", Viewer, 0)
	h.want(200, "GET", "/v1/plan", "", bearer(secret))
	h.want(200, "GET", "/v1/plan", "", "Authorization: bearer "+secret)
	last := secret[:len(secret)-1] + "!"
	for i, header := range []string{
		bearer(NewSecret()), bearer(secret[:len(secret)-1]), bearer(last), bearer(secret + "A"), bearer(""), "Authorization: " + secret, "Authorization: Token " + secret,
		bearer(strings.ToUpper(secret)), "Cookie: token=" + secret, "X-Api-Key: " + secret,
	} {
		from := "From: 10.1.0." + string(rune('1'+i)) + ":1"
		if w := h.ask("GET", "/v1/plan", "", header, from); w.Code != 401 {
			t.Errorf("%q: status %d, expected 401", header, w.Code)
		}
	}
	h.want(401, "GET", "/v1/plan?token="+secret, "")
	h.want(401, "GET", "/v1/plan?access_token="+secret, "")
	h.want(401, "GET", "/v1/plan", "", bearer(secret), bearer(secret)) // two lines
	if strings.Contains(h.log.String(), secret[len(prefix):]) {
		t.Error("the log has the secret")
	}
}

func TestABrowserSendsATokenAsAPasswordForReading(t *testing.T) {
	h := newHouse(t, nil)
	secret := h.token("ops", Admin, 0)
	r := httptest.NewRequest("GET", "/", nil)
	r.SetBasicAuth("anybody", secret)
	basic := "Authorization: " + r.Header.Get("Authorization")
	w := h.want(401, "GET", "/page", "", "Accept: text/html")
	if list := w.Header().Values("WWW-Authenticate"); len(list) != 2 || !strings.HasPrefix(list[1], "Basic ") {
		t.Errorf("challenges %q", list)
	}
	h.want(200, "GET", "/page", "", basic)
	h.want(401, "POST", "/v1/changes", "{}", basic)
}

func TestATokenEndsAtItsTime(t *testing.T) {
	h := newHouse(t, nil)
	secret := h.token("guest", Viewer, time.Hour)
	h.want(200, "GET", "/v1/plan", "", bearer(secret))
	h.now = h.now.Add(time.Hour - time.Second)
	h.want(200, "GET", "/v1/plan", "", bearer(secret))
	h.now = h.now.Add(time.Second)
	h.want(401, "GET", "/v1/plan", "", bearer(secret))
}

func TestARevokedTokenIsRefusedWithinSecondsEverywhere(t *testing.T) {
	h := newHouse(t, nil)
	secret := h.token("board", Viewer, 0)
	h.token("ops", Admin, 0)
	h.want(200, "GET", "/v1/plan", "", bearer(secret))
	if err := h.shelf.RemoveToken(t.Context(), "board"); err != nil { // by another instance
		t.Fatal(err)
	}
	h.now = h.now.Add(Freshness)
	h.want(401, "GET", "/v1/plan", "", bearer(secret))
}

func TestTheLastTokenThatGoesDoesNotOpenTheGate(t *testing.T) {
	h := newHouse(t, nil)
	secret := h.token("board", Viewer, 0)
	h.want(401, "GET", "/v1/plan", "")
	if err := h.shelf.RemoveToken(t.Context(), "board"); err != nil {
		t.Fatal(err)
	}
	h.now = h.now.Add(Freshness)
	h.want(401, "GET", "/v1/plan", "", bearer(secret))
	h.want(401, "GET", "/v1/plan", "")
}

func TestTokensAreReadOnceInAWhile(t *testing.T) {
	h := newHouse(t, nil)
	secret := h.token("board", Viewer, 0)
	h.want(200, "GET", "/v1/plan", "", bearer(secret))
	before := h.shelf.reads
	for range 50 {
		h.want(200, "GET", "/v1/plan", "", bearer(secret))
	}
	if h.shelf.reads != before {
		t.Errorf("the tokens were read %d times for 50 requests of a moment", h.shelf.reads-before)
	}
}

func TestTokensOfAStoreThatDoesNotAnswerHoldAWhile(t *testing.T) {
	h := newHouse(t, nil)
	secret := h.token("board", Viewer, 0)
	h.want(200, "GET", "/v1/plan", "", bearer(secret))
	h.shelf.fail(errors.New("connection refused"))
	h.now = h.now.Add(Patience - time.Second)
	h.want(200, "GET", "/v1/plan", "", bearer(secret))
	h.now = h.now.Add(Freshness)
	h.want(503, "GET", "/v1/plan", "", bearer(secret))
	before := h.shelf.reads
	h.want(503, "GET", "/v1/plan", "", bearer(secret))
	if h.shelf.reads != before {
		t.Error("a store that does not answer is asked for every request")
	}
	h.shelf.fail(nil)
	h.now = h.now.Add(Freshness)
	h.want(200, "GET", "/v1/plan", "", bearer(secret))
	h.now = h.now.Add(-time.Hour) // the clock is set back
	h.want(200, "GET", "/v1/plan", "", bearer(secret))
}

func TestAGateThatNeverReadTheTokensIsClosed(t *testing.T) {
	h := newHouse(t, nil)
	h.shelf.fail(errors.New("connection refused"))
	h.want(503, "GET", "/v1/plan", "")
}

func TestNoAuthCountsOnLoopbackOnly(t *testing.T) {
	h := newHouse(t, func(o *Options) { o.NoAuth = true })
	h.token("ops", Admin, 0)
	h.want(200, "POST", "/v1/changes", "{}")
	h = newHouse(t, func(o *Options) { o.NoAuth, o.Loopback = true, false })
	h.want(401, "POST", "/v1/changes", "{}")
}

func TestHostNamesThatWereMadeToPointHereAreRefused(t *testing.T) {
	h := newHouse(t, func(o *Options) { o.Hosts = []string{"planner.example"} })
	for host, status := range map[string]int{
		"localhost": 200, "LOCALHOST:8080": 200, "localhost.": 200, "127.0.0.1:8080": 200, "127.1.2.3": 200, "[::1]:8080": 200, "[::1]": 200, "planner.example": 200, "[::ffff:127.0.0.1]:1": 200,
		"evil.example": 403, "evil.example:8080": 403, "127.0.0.1.evil.example": 403, "localhost.evil.example": 403, "10.0.0.1": 403, "0.0.0.0": 403, "[::]:8080": 403, "": 403,
	} {
		h.want(status, "GET", "/v1/plan", "", "Host: "+host)
	}
	h.want(403, "GET", "/v1/plan", "", "From: 10.0.0.9:1234") // whatever led it here
	secret := h.token("board", Viewer, 0)
	h.gate.roll.forget()
	h.want(200, "GET", "/v1/plan", "", "Host: evil.example", bearer(secret)) // who has a token needs no name
}

func TestPagesOfOtherSitesAreRefused(t *testing.T) {
	h := newHouse(t, func(o *Options) { o.Hosts = []string{"planner.example:443"} })
	for _, c := range []struct {
		status int
		header []string
	}{
		{200, nil},
		{200, []string{"Origin: http://localhost:8080"}},
		{200, []string{"Origin: https://planner.example"}},
		{403, []string{"Origin: http://localhost:3000"}},
		{403, []string{"Origin: http://evil.example"}},
		{403, []string{"Origin: null"}},
		{403, []string{"Origin: http://localhost:8080.evil.example"}},
		{403, []string{"Sec-Fetch-Site: cross-site"}},
		{403, []string{"Sec-Fetch-Site: same-site"}},
		{200, []string{"Sec-Fetch-Site: same-origin"}},
		{200, []string{"Sec-Fetch-Site: none"}},
	} {
		h.want(c.status, "POST", "/v1/changes", "{}", c.header...)
		h.want(c.status, "GET", "/v1/plan", "", c.header...)
	}
	h.want(200, "GET", "/v1/plan", "", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate") // a link
	h.want(403, "POST", "/v1/changes", "", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate")
	secret := h.token("ops", Admin, 0)
	h.gate.roll.forget()
	h.want(403, "POST", "/v1/changes", "{}", "Origin: http://evil.example", bearer(secret))
}

func TestATokenHasItsTurnsAndNoMore(t *testing.T) {
	h := newHouse(t, func(o *Options) { o.Rate, o.Burst = 2, 3 })
	a, b := h.token("a", Viewer, 0), h.token("b", Viewer, 0)
	for range 3 {
		h.want(200, "GET", "/v1/plan", "", bearer(a))
	}
	w := h.want(429, "GET", "/v1/plan", "", bearer(a))
	if w.Header().Get("Retry-After") != "1" {
		t.Errorf("Retry-After %q", w.Header().Get("Retry-After"))
	}
	h.want(200, "GET", "/v1/plan", "", bearer(b))
	h.now = h.now.Add(500 * time.Millisecond)
	h.want(200, "GET", "/v1/plan", "", bearer(a))
	h.want(429, "GET", "/v1/plan", "", bearer(a))
	h.want(200, "GET", "/healthz", "")
}

func TestWrongTokensOfAnAddressAreCounted(t *testing.T) {
	h := newHouse(t, nil)
	secret := h.token("board", Viewer, 0)
	for range wrongBurst {
		h.want(401, "GET", "/v1/plan", "", bearer(NewSecret()), "From: [2001:db8::1]:1")
	}
	lines := strings.Count(h.log.String(), "wrong token")
	w := h.want(429, "GET", "/v1/plan", "", bearer(NewSecret()), "From: [2001:db8::2]:1") // of the same network
	if w.Header().Get("Retry-After") != "10" {
		t.Errorf("Retry-After %q", w.Header().Get("Retry-After"))
	}
	if n := strings.Count(h.log.String(), "wrong token"); n != lines || n != wrongBurst {
		t.Errorf("%d lines about wrong tokens, expected %d", n, wrongBurst)
	}
	h.want(401, "GET", "/v1/plan", "", bearer(NewSecret()), "From: [2001:db8:0:1::1]:1")
	h.want(200, "GET", "/v1/plan", "", bearer(secret), "From: [2001:db8::1]:1") // a right one is no guess
	h.now = h.now.Add(10 * time.Second)
	h.want(401, "GET", "/v1/plan", "", bearer(NewSecret()), "From: [2001:db8::1]:1")
}

func TestABodyThatIsTooLargeIsRefusedBeforeItIsRead(t *testing.T) {
	h := newHouse(t, func(o *Options) { o.MaxBody = 10 })
	h.want(200, "POST", "/v1/changes", strings.Repeat("x", 10))
	h.want(413, "POST", "/v1/changes", strings.Repeat("x", 11))
}

func TestWhoEndsTakesNoMoreChanges(t *testing.T) {
	h := newHouse(t, nil)
	h.gate.Drain()
	w := h.want(503, "POST", "/v1/changes", "{}")
	if w.Header().Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	h.want(200, "GET", "/v1/plan", "")
}

func TestHeadersOfEveryAnswer(t *testing.T) {
	h := newHouse(t, func(o *Options) { o.TLS = true })
	for path, policy := range map[string]string{"/v1/plan": dataPolicy, "/page": pagePolicy, "/nothing": dataPolicy} {
		w := h.ask("GET", path, "")
		for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer",
			"Strict-Transport-Security": "max-age=31536000", "Content-Security-Policy": policy, "Cross-Origin-Resource-Policy": "same-origin"} {
			if got := w.Header().Get(name); got != want {
				t.Errorf("%s: %s is %q, expected %q", path, name, got, want)
			}
		}
	}
	if h := newHouse(t, nil).ask("GET", "/v1/plan", "").Header(); h.Get("Strict-Transport-Security") != "" {
		t.Error("without TLS browsers are told to use it")
	}
}

func TestIDsOfRequests(t *testing.T) {
	h := newHouse(t, nil)
	if got := h.ask("GET", "/v1/plan", "", "X-Request-Id: erp-17.3_A").Header().Get("X-Request-Id"); got != "erp-17.3_A" {
		t.Errorf("the client's id became %q", got)
	}
	seen := map[string]bool{}
	for _, bad := range []string{"", "two words", strings.Repeat("a", 65), "a\"b", NewSecret()} {
		got := h.ask("GET", "/v1/plan", "", "X-Request-Id: "+bad).Header().Get("X-Request-Id")
		if got == bad || !requestIDs.MatchString(got) || seen[got] {
			t.Errorf("%q became %q", bad, got)
		}
		seen[got] = true
	}
}

func TestAPanicIsAProblemAndIsLogged(t *testing.T) {
	h := newHouse(t, nil)
	w := h.want(500, "GET", "/panic", "")
	if strings.Contains(w.Body.String(), "a fault") {
		t.Errorf("the answer tells of the inside: %s", w.Body)
	}
	if !strings.Contains(h.log.String(), `"panic":"a fault"`) {
		t.Error("the log does not have the panic")
	}
}

func TestRoutesAreLabels(t *testing.T) {
	h := newHouse(t, nil)
	h.ask("GET", "/v1/plan", "")
	h.ask("GET", "/made/up", "")
	if !slices.Equal(h.seen, []string{"GET /v1/plan", ""}) {
		t.Errorf("seen %q", h.seen)
	}
}
