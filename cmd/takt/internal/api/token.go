package api

import (
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

// Token is a token as it is shown: all but the secret, which nobody has.
type Token struct {
	Name    string     `json:"name" doc:"How it is called in lists and in the log."`
	Role    string     `json:"role" enum:"viewer,planner,admin"`
	Note    string     `json:"note,omitempty" doc:"Whose it is."`
	Created time.Time  `json:"created" doc:"When it was made."`
	Expires *time.Time `json:"expires,omitempty" doc:"Until when it holds; left out: until it is revoked."`
	Secret  string     `json:"secret,omitempty" doc:"What clients send as Authorization: Bearer takt_…; in the answer to its making only."` // once
}

// TokenRequest asks for a token.
type TokenRequest struct {
	Name    string `json:"name" minLength:"1" maxLength:"64" pattern:"^[A-Za-z0-9][A-Za-z0-9._-]*$" doc:"How it is called in lists and in the log." example:"board"`
	Role    string `json:"role" enum:"viewer,planner,admin" doc:"viewer: reads. planner: changes the plan. admin: loads models, makes tokens, sees who changed what."`
	Note    string `json:"note,omitempty" maxLength:"500" doc:"Whose it is."`
	Expires string `json:"expires,omitempty" doc:"For how long it holds, from a minute on; left out: until it is revoked." example:"720h"`
}

// TokenPage are all tokens.
type TokenPage struct {
	Items []Token `json:"items" nullable:"false"`
}

// describeTokens describes the operations on tokens. They are answered by package access, before any plan is there, so that only their description is here.
func (s *Server) describeTokens(api huma.API) {
	r := api.OpenAPI().Components.Schemas
	answer := func(text string, schema *huma.Schema) *huma.Response {
		return &huma.Response{Description: text, Content: map[string]*huma.MediaType{"application/json": {Schema: schema}}}
	}
	token := r.Schema(reflect.TypeFor[Token](), true, "Token")
	for _, op := range []huma.Operation{
		{
			OperationID: "list-tokens", Method: http.MethodGet, Path: "/v1/tokens", Summary: "List the tokens",
			Description: "All tokens, by name, without their secrets.",
			Responses:   map[string]*huma.Response{"200": answer("The tokens", r.Schema(reflect.TypeFor[TokenPage](), true, "TokenPage"))},
		},
		{
			OperationID: "make-token", Method: http.MethodPost, Path: "/v1/tokens", Summary: "Make a token",
			Description: "The answer has the secret, which is shown this once. The first token has to be that of an admin. A name that is taken is refused with status 422.",
			RequestBody: &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"application/json": {Schema: r.Schema(reflect.TypeFor[TokenRequest](), true, "TokenRequest")}}},
			Responses:   map[string]*huma.Response{"201": answer("The token, with its secret", token)},
		},
		{
			OperationID: "revoke-token", Method: http.MethodDelete, Path: "/v1/tokens/{name}", Summary: "Take a token away",
			Description: "It is refused at once by the instance that was asked, and within 2 seconds by the others. The last token of an admin cannot be revoked in this way: the answer has status 409.",
			Parameters:  []*huma.Param{{Name: "name", In: "path", Required: true, Description: "The name of the token.", Schema: &huma.Schema{Type: huma.TypeString}}},
			Responses:   map[string]*huma.Response{"204": {Description: "It is revoked"}},
		},
	} {
		op.Tags = []string{"tokens"}
		described := s.op(Admin, op)
		api.OpenAPI().AddOperation(&described)
	}
}
