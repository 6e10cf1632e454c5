package bom_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"github.com/taktplan/takt/bom"
)

// numberSeeds are texts that numbers are and are not written as.
var numberSeeds = []string{"", "0", "1", "-1", "+1", "12.5", "0.000001", "0.0000001", "1.0000000", ".5", "5.", ".", "-", "-.", "1e3", "1E3", "e", "1.2.3", "1,5", " 1", "1 ",
	"9223372036854.775807", "9223372036854.775808", "-9223372036854.775808", "9223372036.854775807", "9223372036.854775808", "99999999999999999999999999", "0x10", "1_0", "NaN", "∞", "١"}

// checkNumber compares what a parser makes of a text with shopspring/decimal.
func checkNumber(t *testing.T, text string, places int32, got int64, err error, written string) {
	d, wrong := decimal.NewFromString(text)
	scaled := d.Shift(places)
	fits := wrong == nil && !strings.ContainsAny(text, "eE") && scaled.IsInteger() && scaled.Abs().Cmp(decimal.NewFromInt(math.MaxInt64)) <= 0
	if fits != (err == nil) {
		t.Fatalf("%q: error %v, but decimal says %v (%v)", text, err, d, wrong)
	}
	if err != nil {
		return
	}
	if !scaled.Equal(decimal.NewFromInt(got)) {
		t.Fatalf("%q is %v, not %d of 10^-%d", text, d, got, places)
	}
	if again, err := decimal.NewFromString(written); err != nil || !again.Equal(d) || strings.HasSuffix(written, ".") || strings.Contains(written, ".") && strings.HasSuffix(written, "0") {
		t.Fatalf("%q is written as %q", text, written)
	}
}

func FuzzParseQuantity(f *testing.F) {
	for _, s := range numberSeeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		q, err := bom.ParseQuantity(text)
		checkNumber(t, text, 6, int64(q), err, q.String())
		if back, err2 := bom.ParseQuantity(q.String()); err == nil && (err2 != nil || back != q) {
			t.Fatalf("%v reads back as %v, %v", q, back, err2)
		}
	})
}

func FuzzParseNumber(f *testing.F) {
	for _, s := range numberSeeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		n, err := bom.ParseNumber(text)
		checkNumber(t, text, 9, int64(n), err, n.String())
	})
}

func FuzzParseDay(f *testing.F) {
	for _, s := range []string{"", "2026-11-21", "2026-02-29", "2024-02-29", "1900-02-29", "2000-02-29", "0001-01-01", "0000-01-01", "9999-12-31", "2026-13-01", "2026-1-1", "2026/11/21", "-026-01-01", "2026-11-21T", "٢٠٢٦"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		day, err := bom.ParseDay(text)
		want, wrong := time.Parse(time.DateOnly, text)
		exists := wrong == nil && want.Year() >= 1
		if exists != (err == nil) {
			t.Fatalf("%q: error %v, but package time says %v (%v)", text, err, want, wrong)
		}
		if err != nil {
			return
		}
		if !day.Time().Equal(want) || day.Weekday() != want.Weekday() || day.String() != text || bom.DayOf(want) != day || bom.On(want.Date()) != day {
			t.Fatalf("%q is day %d: %v, a %v", text, day, day.Time(), day.Weekday())
		}
	})
}

func FuzzParseWhen(f *testing.F) {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		f.Skipf("no time zones here: %v", err)
	}
	for _, s := range []string{"2026-11-21", "2026-11-21T06:00:00+01:00", "2026-11-21T23:30:00Z", "2026-03-29T02:30:00+01:00", "2026-10-25T02:30:00+02:00",
		"2026-11-21T06:00:00", "2026-11-21 06:00", "0000-12-31T12:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59-12:00", "2026-11-21T24:00:00Z", "2026-11-21T06:00:00.5Z"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		w, err := bom.ParseWhen(text, zone)
		if day, wrong := bom.ParseDay(text); wrong == nil {
			if err != nil || w != bom.OnDay(day) || w.Text(zone) != text {
				t.Fatalf("%q: %+v, %v", text, w, err)
			}
			return
		}
		want, wrong := time.Parse(time.RFC3339, text)
		exists := wrong == nil && len(text) > 10 && want.In(zone).Year() >= 1
		if exists != (err == nil) {
			t.Fatalf("%q: error %v, but package time says %v (%v)", text, err, want, wrong)
		}
		if err != nil {
			return
		}
		if !w.Exact || w.Unix != want.Unix() || w.IsZero() || w.Day != bom.On(want.In(zone).Date()) {
			t.Fatalf("%q: %+v, want %v", text, w, want)
		}
		if year := want.In(zone).Year(); year >= 1900 && year <= 9999 { // older offsets have seconds, which RFC 3339 has not
			if again, err := bom.ParseWhen(w.Text(zone), zone); err != nil || again != w {
				t.Fatalf("%q: %+v is written %q and read as %+v, %v", text, w, w.Text(zone), again, err)
			}
		}
	})
}

func TestUnits(t *testing.T) {
	equal(t, "Units", bom.Units(-3).String(), "-3")
	equal(t, "largest whole", bom.Units(9_223_372_036_854).String(), "9223372036854")
	equal(t, "saturated", bom.Units(math.MaxInt64), bom.MaxQuantity)
	equal(t, "saturated below", bom.Units(math.MinInt64), -bom.MaxQuantity)
	up, ok := bom.MustQuantity("1.001").Ceil(2)
	equal(t, "Ceil", up, bom.MustQuantity("1.01"))
	equal(t, "Ceil fits", ok, true)
	_, ok = bom.MaxQuantity.Ceil(0)
	equal(t, "Ceil overflows", ok, false)
	equal(t, "Decimal", bom.MustQuantity("-0.000001").Decimal().String(), "-0.000001")
	equal(t, "Number", bom.MustNumber("0.000000001").Decimal().String(), "0.000000001")
	equal(t, "NoDay", bom.NoDay.String(), "")
	equal(t, "Optional", bom.Some(3).Or(4)+bom.Optional[int]{}.Or(4), 7)
}
