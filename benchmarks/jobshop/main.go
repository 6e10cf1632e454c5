// Command jobshop measures the search for job-shop schedules on instances of the literature:
// one line an instance, and the mean relative error above the best known values. Times
// are CPU seconds of the process, as others may use the machine.
//
//	GOMAXPROCS=1 go run ./benchmarks/jobshop -time 10s -seed 1 -best bks_jsp.csv DIR_or_FILE…
//
// An argument that is no file names Taillard's instances, made from the seeds in -seeds:
// ta01, or ta01-10.
package main

import (
	"context"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"strconv"
	"strings"
	"time"

	"github.com/taktplan/takt/internal/measure"
	"github.com/taktplan/takt/schedule/jobshop"
)

var (
	limit     = flag.Duration("time", 10*time.Second, "time for every instance")
	moves     = flag.Int64("iterations", 0, "moves for every instance; 0: no limit")
	seed      = flag.Uint64("seed", 1, "seed of the search")
	cores     = flag.Int("cores", 1, "attempts at once; the time is CPU time ÷ cores")
	objective = flag.String("objective", "makespan", "makespan, tardiness (due dates of Singer & Pinedo) or lateness")
	percent   = flag.Int64("f", 130, "due dates: percent of the work of a job")
	best      = flag.String("best", "", "CSV file with best known values: instance,jobs,machines,lb,ub")
	seeds     = flag.String("seeds", "", "CSV file with Taillard's seeds: instance,jobs,machines,time_seed,machine_seed")
	profile   = flag.String("cpuprofile", "", "file for a CPU profile")
)

func main() {
	flag.Parse()
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// named is an instance with its name.
type named struct {
	name string
	*jobshop.Instance
}

func run() error {
	if *profile != "" {
		f, err := os.Create(*profile)
		if err != nil {
			return err
		}
		defer f.Close()
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	known, err := table(*best)
	if err != nil {
		return err
	}
	fmt.Printf("%s, %d processors, GOMAXPROCS %d, %s, %s each, seed %d, %s\n", runtime.Version(), runtime.NumCPU(),
		runtime.GOMAXPROCS(0), time.Now().Format(time.DateOnly), *limit, *seed, *objective)
	fmt.Println("| instance | size | bound | best known | found | error % | moves | last better s | stopped |")
	fmt.Println("|---|---|---|---|---|---|---|---|---|")
	sum, n := 0.0, 0
	for _, arg := range flag.Args() {
		list, err := instances(arg)
		if err != nil {
			return err
		}
		for _, p := range list {
			off, ok, err := benchmark(p, known)
			if err != nil {
				return fmt.Errorf("%s: %w", p.name, err)
			}
			if ok {
				sum, n = sum+off, n+1
			}
		}
	}
	if n > 0 {
		fmt.Printf("mean error %.3f %% over %d instances\n", sum/float64(n), n)
	}
	return nil
}

// measure solves an instance, checks the solution and prints a line; the error is known
// if the best value is, and that is not 0.
func benchmark(p named, known map[string][]string) (off float64, ok bool, err error) {
	goal := jobshop.Makespan
	switch *objective {
	case "tardiness":
		goal, p.Instance = jobshop.Tardiness, p.WeightedTardiness(*percent)
	case "lateness":
		goal, p.Instance = jobshop.Lateness, p.WeightedTardiness(*percent)
	}
	begin := measure.CPU()
	var last time.Duration
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() {
		for ctx.Err() == nil && (*limit == 0 || measure.CPU()-begin < *limit*time.Duration(*cores)) {
			time.Sleep(2 * time.Millisecond)
		}
		cancel()
	}()
	r, err := p.Solve(ctx, jobshop.Options{Objective: goal, Seed: *seed, Iterations: *moves, Cores: *cores,
		Improved: func(jobshop.Event) { last = (measure.CPU() - begin) / time.Duration(*cores) }})
	if err != nil {
		return 0, false, err
	}
	value, err := jobshop.Check(p.Instance, &r.Solution, goal)
	if err != nil {
		return 0, false, err
	}
	if value != r.Value {
		return 0, false, fmt.Errorf("the solution is worth %d, not %d", value, r.Value)
	}
	reference, percent := "", ""
	if row := known[p.name]; goal == jobshop.Makespan && len(row) > 4 {
		upper, err := strconv.ParseFloat(row[4], 64)
		if err != nil {
			return 0, false, err
		}
		off, ok = 100*(float64(r.Value)/upper-1), upper > 0
		reference, percent = row[4], fmt.Sprintf("%.2f", off)
	}
	fmt.Printf("| %s | %d×%d | %d | %s | %d | %s | %d | %.2f | %s |\n", p.name, len(p.Jobs), len(p.Jobs[0]), r.Bound, reference, r.Value,
		percent, r.Iterations, last.Seconds(), jobshop.StopReasons[r.StopReason])
	return off, ok, nil
}

// table reads a CSV file by its first column.
func table(file string) (map[string][]string, error) {
	if file == "" {
		return nil, nil
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, err
	}
	out := map[string][]string{}
	for _, row := range rows {
		out[row[0]] = row
	}
	return out, nil
}

// instances are those of a folder, a file, or a range of Taillard's.
func instances(arg string) ([]named, error) {
	info, err := os.Stat(arg)
	if errors.Is(err, os.ErrNotExist) {
		return generated(arg)
	}
	if err != nil {
		return nil, err
	}
	files := []string{arg}
	if info.IsDir() {
		if files, err = filepath.Glob(filepath.Join(arg, "*.txt")); err != nil {
			return nil, err
		}
	}
	var list []named
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		p, err := jobshop.Parse(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		list = append(list, named{strings.TrimSuffix(filepath.Base(file), ".txt"), p})
	}
	return list, nil
}

// generated are Taillard's instances from ta01 or ta01-10.
func generated(arg string) ([]named, error) {
	rows, err := table(*seeds)
	if err != nil {
		return nil, err
	}
	first, last, isRange := strings.Cut(strings.TrimPrefix(arg, "ta"), "-")
	if !isRange {
		last = first
	}
	lo, err1 := strconv.Atoi(first)
	hi, err2 := strconv.Atoi(last)
	if err := errors.Join(err1, err2); err != nil || !strings.HasPrefix(arg, "ta") {
		return nil, fmt.Errorf("%q is neither a file nor an instance like ta01 or ta01-10", arg)
	}
	var list []named
	for i := lo; i <= hi; i++ {
		name := fmt.Sprintf("ta%02d", i)
		row := rows[name]
		if len(row) < 5 {
			return nil, fmt.Errorf("no seeds of %s; give -seeds a file that has them", name)
		}
		var n [4]int64
		for k := range n {
			if n[k], err = strconv.ParseInt(row[k+1], 10, 64); err != nil {
				return nil, err
			}
		}
		list = append(list, named{name, jobshop.Taillard(int(n[0]), int(n[1]), n[2], n[3])})
	}
	return list, nil
}
