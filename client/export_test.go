package client

import (
	"errors"
	"io"
	"net/http"
	"testing"
)

// file answers with a file of version 7.
func file(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/zip")
		w.Header().Set("Takt-Version", "7")
		w.Header().Set("Content-Disposition", `attachment; filename=plan-7.zip`)
		_, _ = io.WriteString(w, text)
	}
}

// A file is asked for again until it begins; it says what it is.
func TestAFileIsAskedForUntilItBegins(t *testing.T) {
	f, c := play(t, lose, refuse(503, "busy"), file("PK"))
	d, err := c.ExportPlan(t.Context(), ExportQuery{Format: "zip", AtLeast: 7})
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(d)
	if err != nil || string(text) != "PK" || d.Version != 7 || d.Name != "plan-7.zip" || d.Media != "application/zip" || d.Close() != nil {
		t.Errorf("%q %+v %v", text, d, err)
	}
	if r := f.requests(); len(r) != 3 || r[2].RequestURI != "/v1/exports/plan?at_least=7&format=zip" {
		t.Errorf("%d requests, the last %s", len(r), r[len(r)-1].RequestURI)
	}
}

// Half a file is not taken for a whole one, and neither is a page of something else.
func TestAFileThatIsNotWholeIsAnError(t *testing.T) {
	broken := func(w http.ResponseWriter, r *http.Request) {
		file("PK")(w, r)
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	}
	_, c := play(t, broken)
	d, err := c.Report(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if text, err := io.ReadAll(d); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("%q %v", text, err)
	}
	_, c = play(t, answer("<html>"))
	if d, err := c.TableCSV(t.Context(), "demands", 0); err == nil || d != nil {
		t.Errorf("%+v", d)
	}
	_, c = play(t, refuse(409, "conflict"))
	if d, err := c.Report(t.Context(), 0); !IsProblem(err, "conflict") || d != nil {
		t.Errorf("%+v %v", d, err)
	}
}
