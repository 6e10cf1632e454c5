package api

import (
	"context"
	"io"
	"mime"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// callOutput is an answer that is written as it is made.
type callOutput struct {
	Stamp
	Type        string `header:"Content-Type" hidden:"true"`
	Disposition string `header:"Content-Disposition" hidden:"true"`
	Body        func(huma.Context)
}

// stream answers with what write writes. A fault after the first byte breaks the connection off, so that half a file is not taken for a whole one.
func (s *Server) stream(version uint64, media, file string, write func(context.Context, io.Writer) error) *callOutput {
	out := &callOutput{Stamp: stamp(version), Type: media}
	if file != "" {
		out.Disposition = mime.FormatMediaType("attachment", map[string]string{"filename": file})
	}
	out.Body = func(ctx huma.Context) {
		w := &lateWriter{ctx: ctx}
		err := write(ctx.Context(), w)
		switch {
		case err == nil:
			w.begin()
		case w.begun:
			s.Log.Warn("answer broken off", "request", s.RequestID(ctx.Context()), "error", err)
			panic(http.ErrAbortHandler)
		default:
			s.answerProblem(ctx, err)
		}
	}
	return out
}

// answerProblem answers an operation that has written nothing yet with a problem.
func (s *Server) answerProblem(ctx huma.Context, err error) {
	p, ok := s.fail(ctx.Context(), err).(*Problem)
	if !ok {
		p = internal()
	}
	_, w := humago.Unwrap(ctx)
	for _, name := range []string{"ETag", "Takt-Version", "Content-Disposition"} {
		w.Header().Del(name)
	}
	ctx.SetHeader("Content-Type", p.ContentType(""))
	ctx.SetStatus(p.Status)
	_ = marshal(ctx.BodyWriter(), p)
}

// lateWriter sets the status with the first byte.
type lateWriter struct {
	ctx   huma.Context
	begun bool
}

func (w *lateWriter) begin() {
	if !w.begun {
		w.begun = true
		w.ctx.SetStatus(http.StatusOK)
	}
}

func (w *lateWriter) Write(p []byte) (int, error) {
	w.begin()
	return w.ctx.BodyWriter().Write(p)
}

// unchangedCall says that the caller has the answer already.
func unchangedCall(version uint64) *callOutput {
	return &callOutput{Stamp: stamp(version), Body: func(ctx huma.Context) { ctx.SetStatus(http.StatusNotModified) }}
}

// call is the same answer in the other form.
func (o *textOutput) call() *callOutput {
	return &callOutput{Stamp: o.Stamp, Type: o.Type, Body: func(ctx huma.Context) {
		ctx.SetStatus(o.Status)
		if o.Status == http.StatusOK {
			_, _ = ctx.BodyWriter().Write(o.Body)
		}
	}}
}
