package main

import (
	"bytes"
	"context"
	"strings"
	"testing"
)

// On 13 April the compressors of an open order are a day late for a fridge that is made just in time; one made the week before is there. What
// can be there by the 5th can be there by the 13th.
func TestAnEarlierDateKeepsALaterOne(t *testing.T) {
	for _, c := range []struct{ asked, want string }{{"--qty=1", "ANSWER  yes, Sun 2026-04-05"}, {"--qty=", "EA\n"}} {
		var out, errs bytes.Buffer
		code := run(context.Background(), []string{"promise", "../../examples/appliance", "--item=FRIDGE-300", "--due=2026-04-13", "--no-progress", c.asked}, &out, &errs)
		if code != exitOK || !strings.Contains(out.String(), c.want) || strings.Contains(out.String(), "nothing can be there") {
			t.Errorf("%s: exit code %d %s\n%s", c.asked, code, errs.String(), out.String())
		}
	}
}
