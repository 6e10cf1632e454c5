package api

import (
	"bytes"
	"time"

	"github.com/shopspring/decimal"

	"github.com/taktplan/takt/plan/tables"
)

// compareCells compares two cells of a column by what they mean. Empty ones come last.
func compareCells(kind tables.Kind, zone *time.Location, a, b []byte) int {
	switch {
	case len(a) == 0 || len(b) == 0:
		return boolInt(len(a) == 0) - boolInt(len(b) == 0)
	case kind == tables.KindNumber:
		return compareDecimals(a, b)
	case kind == tables.KindDate:
		return compareDates(zone, a, b)
	}
	return bytes.Compare(a, b)
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// compareDecimals compares plain decimals of any length without making numbers of them.
func compareDecimals(a, b []byte) int {
	negA, negB := a[0] == '-', b[0] == '-'
	if negA != negB {
		return boolInt(negB) - boolInt(negA)
	}
	if negA {
		return compareMagnitudes(b[1:], a[1:])
	}
	return compareMagnitudes(a, b)
}

func compareMagnitudes(a, b []byte) int {
	wholeA, partA, _ := bytes.Cut(bytes.TrimLeft(a, "0"), []byte("."))
	wholeB, partB, _ := bytes.Cut(bytes.TrimLeft(b, "0"), []byte("."))
	if len(wholeA) != len(wholeB) {
		return len(wholeA) - len(wholeB)
	}
	if c := bytes.Compare(wholeA, wholeB); c != 0 {
		return c
	}
	return bytes.Compare(bytes.TrimRight(partA, "0"), bytes.TrimRight(partB, "0"))
}

// compareDates compares dates and RFC 3339 times: a date stands for the begin of its day.
func compareDates(zone *time.Location, a, b []byte) int {
	const date, seconds = len("2026-11-21"), len("2026-11-21T06:00:00")
	if len(a) == date && len(b) == date || len(a) == len(b) && len(a) > seconds && bytes.Equal(a[seconds:], b[seconds:]) {
		return bytes.Compare(a, b)
	}
	from, okA := instant(zone, string(a))
	to, okB := instant(zone, string(b))
	if !okA || !okB {
		return bytes.Compare(a, b)
	}
	return from.Compare(to)
}

// instant is the time of a date or an RFC 3339 time.
func instant(zone *time.Location, text string) (time.Time, bool) {
	t, err := time.ParseInLocation(time.DateOnly, text, zone)
	if err != nil {
		t, err = time.Parse(time.RFC3339, text)
	}
	return t, err == nil
}

// plainDecimal is a number as tables write it, so that it can be compared with cells.
func plainDecimal(text string) (string, bool) {
	const most = 60 // digits; an exponent could make millions of them
	if len(text) > most {
		return "", false
	}
	for _, c := range text {
		if (c < '0' || c > '9') && c != '.' && c != '-' {
			return "", false
		}
	}
	d, err := decimal.NewFromString(text)
	if err != nil {
		return "", false
	}
	return d.String(), true
}
