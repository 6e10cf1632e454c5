package erp

import (
	"bytes"
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgtype"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/plan/tables"
)

// class is what values of a type of the database are.
type class int

const (
	other class = iota // none of these: as the server writes it
	textual
	numeric
	floating
	boolean
	date
	timestamp
	instant // timestamp with time zone
)

// classOf is the class of a built-in type; ok is false for others.
func classOf(oid uint32) (c class, ok bool) {
	switch oid {
	case pgtype.TextOID, pgtype.VarcharOID, pgtype.BPCharOID, pgtype.NameOID, pgtype.UUIDOID, pgtype.QCharOID, pgtype.UnknownOID:
		return textual, true
	case pgtype.Int2OID, pgtype.Int4OID, pgtype.Int8OID, pgtype.NumericOID, pgtype.OIDOID:
		return numeric, true
	case pgtype.Float4OID, pgtype.Float8OID:
		return floating, true
	case pgtype.BoolOID:
		return boolean, true
	case pgtype.DateOID:
		return date, true
	case pgtype.TimestampOID:
		return timestamp, true
	case pgtype.TimestamptzOID:
		return instant, true
	}
	return other, false
}

// typeProblem is why a column cannot be read from values of a type; empty: it can. A column of one's own is nil.
func (i *importer) typeProblem(ctx context.Context, oid uint32, column *tables.Column) string {
	c, known := classOf(oid)
	if c == textual || known && column == nil {
		return ""
	}
	name, isText := i.typeName(ctx, oid)
	switch {
	case isText:
		return ""
	case !known:
		return fmt.Sprintf("the query gives the type %s, which is not read: cast it to text, numeric, bool, date or timestamp", name)
	}
	number := c == numeric || c == floating
	switch column.Kind {
	case tables.KindNumber:
		if !number {
			return fmt.Sprintf("the query gives the type %s and a number is expected: choose another column, or cast it to numeric", name)
		}
	case tables.KindDate:
		if number || c == boolean {
			return fmt.Sprintf("the query gives the type %s and a date is expected: choose another column, or cast it to date", name)
		}
	case tables.KindBool:
		if c != boolean && c != numeric {
			return fmt.Sprintf("the query gives the type %s and true or false is expected: write a comparison", name)
		}
	case tables.KindName:
		return fmt.Sprintf("the query gives the type %s and one of %s is expected: write CASE … END", name, join(column.Values))
	}
	return ""
}

// typeName is the name of a type. Text reports one that is written as a text though it is none of the built-in ones, as an
// enumeration is.
func (i *importer) typeName(ctx context.Context, oid uint32) (name string, text bool) {
	var category string
	err := i.tx.QueryRow(ctx, `SELECT format_type(oid, NULL), typcategory::text FROM pg_type WHERE oid = $1`, oid).Scan(&name, &category)
	if err != nil {
		return fmt.Sprintf("number %d", oid), false
	}
	return name, category == "E" || category == "S"
}

// appendCell appends a value as a cell of a table, as it would stand in a CSV file. What cannot be read there comes as the
// server writes it, for the error.
func appendCell(b, value []byte, oid uint32, column *tables.Column, zone *time.Location) []byte {
	c, _ := classOf(oid)
	switch c {
	case textual:
		if oid == pgtype.BPCharOID { // char(n) is filled with blanks that mean nothing
			value = bytes.TrimRight(value, " ")
		}
	case floating:
		return appendFloat(b, value)
	case numeric:
		if column != nil && column.Kind == tables.KindNumber {
			value = trimZeros(value)
		}
	case boolean:
		return strconv.AppendBool(b, string(value) == "t")
	case timestamp:
		if t, err := time.ParseInLocation("2006-01-02 15:04:05", string(value), zone); err == nil {
			return appendTime(b, t)
		}
	case instant:
		if t, err := time.Parse("2006-01-02 15:04:05-07", string(value)); err == nil {
			return t.In(zone).Truncate(time.Second).AppendFormat(b, time.RFC3339)
		}
	}
	return append(b, value...)
}

// appendFloat writes a binary fraction with all its digits, without an exponent.
func appendFloat(b, value []byte) []byte {
	f, err := strconv.ParseFloat(string(value), 64)
	if err != nil || f != f || f-f != 0 { // none, or without an end
		return append(b, value...)
	}
	return strconv.AppendFloat(b, f, 'f', -1, 64)
}

// trimZeros takes the zeros at the end of decimals away, which numeric(18,8) has many of.
func trimZeros(value []byte) []byte {
	if bytes.IndexByte(value, '.') < 0 {
		return value
	}
	return bytes.TrimRight(bytes.TrimRight(value, "0"), ".")
}

// appendTime writes a time of the model's zone: midnight as the day, because ERPs keep days as such times.
func appendTime(b []byte, t time.Time) []byte {
	if t.Hour() == 0 && t.Minute() == 0 && t.Second() == 0 {
		return append(b, bom.DayOf(t).String()...)
	}
	return t.Truncate(time.Second).AppendFormat(b, time.RFC3339)
}

// isOwn reports a column that is carried along and not read.
func isOwn(name string) bool { return strings.HasPrefix(name, "x_") }

func join(names []string) string {
	var filled []string
	for _, n := range names {
		if n != "" {
			filled = append(filled, n)
		}
	}
	return strings.Join(filled, ", ")
}
