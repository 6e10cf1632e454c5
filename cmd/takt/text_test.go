package main

import (
	"strings"
	"testing"
)

func TestThousands(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", 12345: "12,345", 1234567: "1,234,567", -1000: "-1,000"} {
		if got := thousands(n); got != want {
			t.Errorf("thousands(%d) = %q, expected %q", n, got, want)
		}
	}
}

func TestPercent(t *testing.T) {
	for _, c := range []struct {
		part, whole int
		want        string
	}{{0, 0, "–"}, {0, 5, "0 %"}, {1, 1000, "1 %"}, {999, 1000, "99 %"}, {5, 5, "100 %"}, {1, 3, "33 %"}} {
		if got := percent(c.part, c.whole); got != c.want {
			t.Errorf("percent(%d, %d) = %q, expected %q", c.part, c.whole, got, c.want)
		}
	}
}

func TestGrid(t *testing.T) {
	g := grid{indent: 2, columns: []column{{title: "part", give: true}, {title: "qty", right: true}, {title: "never"}, {title: "why", fold: true}}}
	g.add("Ölfilter", "5", "", strings.Repeat("word ", 20))
	g.section("a section")
	g.add(strings.Repeat("x", 90), "12,000", "", "short")
	var b strings.Builder
	g.write(&b)
	lines := strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
	for _, l := range lines {
		if n := len([]rune(l)); n > pageWidth {
			t.Errorf("line of %d columns: %q", n, l)
		}
		if strings.HasSuffix(l, " ") {
			t.Errorf("trailing blank: %q", l)
		}
	}
	if strings.Contains(b.String(), "never") {
		t.Error("an empty column is shown")
	}
	if at := strings.Index(lines[1], "word"); strings.Index(lines[2], "word") != len([]rune(lines[1][:at])) {
		t.Errorf("the second line of a text does not begin below the first:\n%s", b.String())
	}
	if !strings.Contains(b.String(), "x…  12,000  short") {
		t.Errorf("a long cell is not cut:\n%s", b.String())
	}
}
