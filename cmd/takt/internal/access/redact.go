package access

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
)

// Redacting is a handler of log lines that takes secrets out of all text that comes to it, also of texts that clients
// choose, such as paths. hidden are further texts that must not be there, such as the password of a database.
func Redacting(h slog.Handler, hidden ...string) slog.Handler {
	r := redacting{Handler: h}
	for _, text := range hidden {
		if text != "" {
			r.hidden = append(r.hidden, text, "***")
		}
	}
	return r
}

type redacting struct {
	slog.Handler
	hidden []string // pairs for a replacer
}

func (r redacting) clean(text string) string {
	text = Redact(text)
	if len(r.hidden) > 0 {
		text = strings.NewReplacer(r.hidden...).Replace(text)
	}
	return text
}

func (r redacting) attr(a slog.Attr) slog.Attr {
	switch v := a.Value.Resolve(); v.Kind() {
	case slog.KindString:
		a.Value = slog.StringValue(r.clean(v.String()))
	case slog.KindAny: // errors, lists: as text
		a.Value = slog.StringValue(r.clean(fmt.Sprint(v.Any())))
	case slog.KindGroup:
		a.Value = slog.GroupValue(r.attrs(v.Group())...)
	}
	return a
}

func (r redacting) attrs(list []slog.Attr) []slog.Attr {
	out := make([]slog.Attr, len(list))
	for i, a := range list {
		out[i] = r.attr(a)
	}
	return out
}

// Handle writes a line without secrets.
func (r redacting) Handle(ctx context.Context, line slog.Record) error {
	clean := slog.NewRecord(line.Time, line.Level, r.clean(line.Message), line.PC)
	line.Attrs(func(a slog.Attr) bool {
		clean.AddAttrs(r.attr(a))
		return true
	})
	return r.Handler.Handle(ctx, clean)
}

// WithAttrs is the handler with attributes on every line.
func (r redacting) WithAttrs(list []slog.Attr) slog.Handler {
	return redacting{r.Handler.WithAttrs(r.attrs(list)), r.hidden}
}

// WithGroup is the handler with all further attributes in a group.
func (r redacting) WithGroup(name string) slog.Handler {
	return redacting{r.Handler.WithGroup(name), r.hidden}
}
