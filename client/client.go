package client

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Client talks to one service. The zero value with a URL is ready; it is safe for any number of goroutines once it is in use.
type Client struct {
	URL   string       // of the service, such as http://127.0.0.1:8080
	Token string       // made by takt token create; empty: a service on this machine that asks for none
	HTTP  *http.Client // nil: http.DefaultClient
	// Tries is how often a request is sent at most; 0: 8, within about half a minute. 1: never again.
	Tries int
	// Quiet is after how long without a sign of life a stream of events is taken for lost; 0: 45 s, three of the service's beats.
	Quiet time.Duration

	sleep func(context.Context, time.Duration) error // nil: sleep
}

// repeat says when a request may be sent again.
type repeat uint8

const (
	// refusedOnly: when the service said that it did nothing.
	refusedOnly repeat = iota
	// always: when the connection was lost, too.
	always
)

// call is one request.
type call struct {
	method string
	path   []string // parts of the path after /v1, each an id as it is
	query  url.Values
	header http.Header
	body   any    // nil: none; []byte: as it is; anything else: as JSON
	media  string // of a body that is bytes
	repeat repeat
}

// String is the request as errors name it.
func (r *call) String() string { return r.method + " /v1/" + strings.Join(r.path, "/") }

// text is the body as it is sent, and its media type.
func (r *call) text() (body []byte, media string, err error) {
	switch v := r.body.(type) {
	case nil:
		return nil, "", nil
	case []byte:
		return v, r.media, nil
	}
	if body, err = json.Marshal(r.body); err != nil {
		return nil, "", fmt.Errorf("the request cannot be written as JSON: %w", err)
	}
	return body, "application/json", nil
}

// do sends a request, again if it may be, and decodes the answer into out, if that is not nil. It gives the answer's headers.
func (c *Client) do(ctx context.Context, r call, out any) (http.Header, error) {
	return c.send(ctx, r, func(answer *http.Response) (broken bool, err error) {
		defer answer.Body.Close()
		text, err := io.ReadAll(answer.Body)
		if err != nil {
			return true, fmt.Errorf("the answer broke off: %w", err)
		}
		if out == nil || len(text) == 0 {
			return false, nil
		}
		if err := decode(text, out); err != nil {
			return false, fmt.Errorf("%v answered what is not its document; is this a Takt service? %w", &r, err)
		}
		return false, nil
	})
}

// receive makes something of an answer that is no error, and closes its body at last. broken: the connection was lost meanwhile.
type receive func(answer *http.Response) (broken bool, err error)

// send sends a request, again if it may be. It gives the answer's headers.
func (c *Client) send(ctx context.Context, r call, receive receive) (http.Header, error) {
	body, media, err := r.text()
	if err != nil {
		return nil, err
	}
	for try := 1; ; try++ {
		request, err := c.request(ctx, &r, body, media)
		if err != nil {
			return nil, err
		}
		header, wait, again, err := c.try(request, r.repeat, receive)
		if r.method == http.MethodDelete && r.repeat == always && try > 1 && IsProblem(err, "not-found") {
			return header, nil // an earlier try did it, and its answer was lost
		}
		if err == nil || !again || try >= c.tries() {
			return header, err
		}
		if c.pause(ctx, max(wait, backoff(try))) != nil {
			return header, err
		}
	}
}

// try sends a request once. After an error again says whether it may be sent again, not before wait.
func (c *Client) try(request *http.Request, may repeat, receive receive) (header http.Header, wait time.Duration, again bool, err error) {
	lost := func() bool { return may == always && request.Context().Err() == nil }
	answer, err := c.http().Do(request)
	if err != nil {
		return nil, 0, lost(), err
	}
	if answer.StatusCode >= http.StatusBadRequest {
		defer answer.Body.Close()
		p := problemOf(answer)
		return answer.Header, retryAfter(answer.Header, time.Now()), p.passes(may), p
	}
	broken, err := receive(answer)
	return answer.Header, 0, broken && lost(), err
}

// decode keeps numbers digit by digit.
func decode(text []byte, out any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	return d.Decode(out)
}

// request makes the request.
func (c *Client) request(ctx context.Context, r *call, body []byte, media string) (*http.Request, error) {
	u, err := c.url(r.path, r.query)
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, r.method, u, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	for name, values := range r.header {
		request.Header[name] = values
	}
	if body != nil {
		request.Header.Set("Content-Type", media)
	}
	if c.Token != "" {
		request.Header.Set("Authorization", "Bearer "+c.Token)
	}
	return request, nil
}

// url is the address of a path, with ids escaped.
func (c *Client) url(path []string, query url.Values) (string, error) {
	base, err := url.Parse(c.URL)
	if err != nil || base.Scheme != "http" && base.Scheme != "https" || base.Host == "" {
		return "", fmt.Errorf("the address %q of the service is no URL: it is such as http://127.0.0.1:8080", c.URL)
	}
	escaped := []string{strings.TrimSuffix(base.String(), "/"), "v1"}
	for _, part := range path {
		if part == "" || part == "." || part == ".." {
			return "", fmt.Errorf("an id is %q, which names nothing: give the id", part)
		}
		escaped = append(escaped, url.PathEscape(part))
	}
	u := strings.Join(escaped, "/")
	if len(query) > 0 {
		u += "?" + query.Encode()
	}
	return u, nil
}

func (c *Client) http() *http.Client {
	if c.HTTP != nil {
		return c.HTTP
	}
	return http.DefaultClient
}

func (c *Client) tries() int {
	const standard = 8
	if c.Tries > 0 {
		return c.Tries
	}
	return standard
}
