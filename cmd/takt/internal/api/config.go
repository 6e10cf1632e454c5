package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
)

// config describes the API as a whole.
func (s *Server) config() huma.Config {
	c := huma.DefaultConfig("Takt", "1")
	c.CreateHooks = nil                                   // no $schema members in answers
	c.OpenAPIPath, c.DocsPath, c.SchemasPath = "", "", "" // registerDocs serves them
	c.Formats = map[string]huma.Format{"application/json": {Marshal: marshal, Unmarshal: unmarshal}, "json": {Marshal: marshal, Unmarshal: unmarshal}}
	c.Info.Description = "A live plan: material requirements, a finite schedule, rush orders and promises. " +
		"Every read names the plan version that it has read (ETag, Takt-Version); every write is durable when it is answered, and takes If-Match and Idempotency-Key. " +
		"Quantities are exact decimals. Dates are written 2026-11-21, times as RFC 3339."
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"token": {Type: "http", Scheme: "bearer", Description: "A token made by takt token create. A server without tokens listens on this machine only and asks for none."},
	}
	c.Components.Responses = map[string]*huma.Response{
		"Problem": {Description: "What is wrong, and what to do (RFC 9457).", Content: map[string]*huma.MediaType{
			"application/problem+json": {Schema: c.Components.Schemas.Schema(reflect.TypeFor[Problem](), true, "Problem")},
		}},
	}
	c.Transformers = []huma.Transformer{s.nameRequest}
	return c
}

// nameRequest writes the request's id into problems.
func (s *Server) nameRequest(ctx huma.Context, _ string, v any) (any, error) {
	if p, ok := v.(*Problem); ok {
		return s.problemOf(ctx.Context(), p), nil
	}
	return v, nil
}

func marshal(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// errNotUTF8 is a body of which letters would be lost: different ids could become the same one.
var errNotUTF8 = errors.New("the text is not UTF-8: send it as UTF-8")

// unmarshal keeps numbers exact in free JSON values, and takes one value only.
func unmarshal(data []byte, v any) error {
	if !utf8.Valid(data) {
		return errNotUTF8
	}
	return json.Unmarshal(bytes.TrimPrefix(data, []byte("\ufeff")), v)
}
