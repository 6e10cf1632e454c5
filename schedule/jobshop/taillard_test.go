package jobshop_test

import (
	"encoding/csv"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/taktplan/takt/schedule/jobshop"
)

// The seeds of all 80 are those of the paper.
func TestTaillardBenchmarks(t *testing.T) {
	rows, err := csv.NewReader(strings.NewReader(sharedText(t, "ta_seeds.csv"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range rows[1:] {
		var n [4]int64
		for k := range n {
			if n[k], err = strconv.ParseInt(row[k+1], 10, 64); err != nil {
				t.Fatal(err)
			}
		}
		p, err := jobshop.TaillardBenchmark(i + 1)
		if want := jobshop.Taillard(int(n[0]), int(n[1]), n[2], n[3]); err != nil || !reflect.DeepEqual(p, want) {
			t.Errorf("%s: not the instance of the seeds; %v", row[0], err)
		}
	}
}

func TestTaillardBenchmarkOutside(t *testing.T) {
	for _, number := range []int{-1, 0, 81} {
		if p, err := jobshop.TaillardBenchmark(number); p != nil || err == nil || !strings.Contains(err.Error(), "ta01 to ta80") {
			t.Errorf("number %d: %v", number, err)
		}
	}
}
