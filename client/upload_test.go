package client

import (
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// sent are the files of a form that was sent, as name and content.
func sent(t *testing.T, r *http.Request, body string) (out []string) {
	t.Helper()
	media, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || media != "multipart/form-data" {
		t.Fatal(media, err)
	}
	parts := multipart.NewReader(strings.NewReader(body), params["boundary"])
	for {
		part, err := parts.NextPart()
		if err == io.EOF {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(part)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, part.FileName()+": "+string(text))
	}
}

// An upload is the same bytes whenever it is sent, in a later run too, so that its key stands for one body; another upload is another body.
func TestAnUploadIsTheSameBytesWheneverItIsSent(t *testing.T) {
	f, c := play(t, lose, refuse(503, "busy"), answer(`{"version": 8, "count": 1, "changes": ["resize demand S1"], "tables": ["demands"]}`, "Idempotency-Replayed", "true"))
	u := Upload{Files: []File{{"items.csv", []byte("item\nA\n")}}, Rows: map[string][]Row{"stock": {{"item": "A", "qty": 2}}, "demands": {{"demand": "S1", "qty": 3}}}, Mode: "put"}
	for range 2 {
		if out, err := c.Upload(t.Context(), u, Key("mine"), IfMatch(7)); err != nil || out.Version != 8 || out.Count != 1 || !out.Replayed {
			t.Fatalf("%+v, %v", out, err)
		}
	}
	for i, r := range f.asked {
		if r.Method != "POST" || r.RequestURI != "/v1/tables?mode=put" || r.Header.Get("Idempotency-Key") != "mine" || r.Header.Get("If-Match") != `"7"` || f.bodies[i] != f.bodies[0] {
			t.Errorf("request %d: %s %v\n%s", i, r.RequestURI, r.Header, f.bodies[i])
		}
	}
	want := []string{"items.csv: item\nA\n", `rows.json: {"demands":[{"demand":"S1","qty":3}],"stock":[{"item":"A","qty":2}]}`}
	if got := sent(t, f.asked[0], f.bodies[0]); len(f.asked) != 4 || !slices.Equal(got, want) {
		t.Errorf("%d requests, %q", len(f.asked), got)
	}
	if _, err := c.ReplaceModel(t.Context(), Upload{Files: []File{{"items.csv", []byte("item\nB\n")}}, Mode: "put", Check: true}); err != nil {
		t.Error(err)
	}
	if r := f.asked[4]; r.Method != "PUT" || r.RequestURI != "/v1/model?check=true" || r.Header.Get("Content-Type") == f.asked[0].Header.Get("Content-Type") {
		t.Errorf("%s %s %v", r.Method, r.RequestURI, r.Header)
	}
}

// What cannot be sent is told before anything is.
func TestAnEmptyUploadIsNotSent(t *testing.T) {
	f, c := play(t, answer(`{}`))
	for _, u := range []Upload{{}, {Rows: map[string][]Row{"items": {{"item": func() {}}}}}} {
		if _, err := c.Upload(t.Context(), u); err == nil {
			t.Errorf("%+v was sent", u)
		}
	}
	if len(f.requests()) != 0 {
		t.Errorf("%d requests", len(f.requests()))
	}
}
