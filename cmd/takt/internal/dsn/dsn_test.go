package dsn

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestNoErrorRepeatsThePassword(t *testing.T) {
	const secret = "s3cr%t"
	for _, address := range []string{
		"", "  ", "mysql://anna:" + secret + "@host/db", "postgres://anna:" + secret + "@host:port/db", "postgres://anna:" + secret + "@ho st/db",
		"postgres://anna:" + secret, "anna:" + secret + "@host/db", "host=x password='" + secret, "host=x port=q password=" + secret,
		"postgres://anna:s3cr/t@host/db?sslmode=sometimes", "postgres://anna:x@host/db?sslmode=" + secret,
	} {
		_, err := Parse(address)
		if _, ok := errors.AsType[*Error](err); !ok {
			t.Errorf("%q: %v", address, err)
			continue
		}
		for _, text := range []string{err.Error(), fmt.Sprintf("%+v %#v", err, err)} {
			if strings.Contains(text, "s3cr") || strings.Contains(text, "anna") {
				t.Errorf("the error of an address repeats it: %s", text)
			}
		}
	}
}

func TestAnErrorThatHasThePasswordIsRedacted(t *testing.T) {
	config, err := Parse("postgres://anna:p%40ss+word@db.example:5433/erp")
	if err != nil {
		t.Fatal(err)
	}
	if got := Redact(errors.New("login of p@ss+word as p%40ss%2Bword failed"), config).Error(); got != "login of xxxxx as xxxxx failed" {
		t.Error(got)
	}
	harmless := errors.New("no route")
	if Redact(harmless, config) != harmless || Redact(nil, config) != nil {
		t.Error("an error without the password is changed")
	}
	if got := Place(config); got != "anna@db.example:5433/erp" {
		t.Error(got)
	}
}

// FuzzParse reads any address: an error never repeats a piece that may be a password.
func FuzzParse(f *testing.F) {
	f.Add("postgres://anna:", "@host:5432/db")
	f.Add("host=h password=", " port=x")
	f.Fuzz(func(t *testing.T, before, after string) {
		const secret = "Q7secretQ7"
		if _, err := Parse(before + secret + after); err != nil && strings.Contains(err.Error(), secret) {
			t.Error(err)
		}
	})
}
