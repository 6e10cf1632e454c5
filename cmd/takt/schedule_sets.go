package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/taktplan/takt/schedule/jobshop"
)

// setName is a set of the literature, or a part of it: ta, ta41, ta41-50.
var setName = regexp.MustCompile(`^([a-z]+)([0-9]*)(?:-([0-9]+))?$`)

// shops are the instances that an argument names: a file, all files of a folder, or a set.
func shops(arg, data string) ([]shop, error) {
	info, err := os.Stat(arg)
	switch {
	case err == nil && info.IsDir():
		return folder(arg)
	case err == nil:
		p, err := readShop(arg)
		return []shop{p}, err
	}
	m := setName.FindStringSubmatch(arg)
	if m == nil {
		return nil, fmt.Errorf("%s: no such file or folder, and no name of a set such as ta, la01 or mk01-10", arg)
	}
	first, last, err := span(m[2], m[3])
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s: %w", arg, err)
	case m[1] == "ta":
		return taillard(arg, first, last)
	case data == "":
		return nil, fmt.Errorf("%s: no such file or folder. The instances of the literature other than ta are read from files: name their folder with --data", arg)
	}
	return among(arg, m[1], first, last, data)
}

// span is the first and last number of a set; 0 and 0: all.
func span(from, to string) (first, last int, err error) {
	if from == "" {
		if to != "" {
			return 0, 0, errors.New("give both numbers, such as ta41-50")
		}
		return 0, 0, nil
	}
	if first, err = strconv.Atoi(from); err != nil || first == 0 {
		return 0, 0, errors.New("instances count from 1")
	}
	if to == "" {
		return first, first, nil
	}
	if last, err = strconv.Atoi(to); err != nil || last < first {
		return 0, 0, errors.New("give the smaller number first, such as ta41-50")
	}
	return first, last, nil
}

// taillard makes Taillard's instances from their seeds.
func taillard(arg string, first, last int) ([]shop, error) {
	if last == 0 {
		first, last = 1, 80
	}
	var list []shop
	for i := first; i <= last; i++ {
		p, err := jobshop.TaillardBenchmark(i)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", arg, err)
		}
		list = append(list, shop{fmt.Sprintf("ta%02d", i), p})
	}
	return list, nil
}

// among finds the instances of a set in a folder of data, or in jsp and fjsp inside. The first and
// the last that were asked for must be there.
func among(arg, set string, first, last int, data string) ([]shop, error) {
	found := map[int]string{}
	for _, inside := range []string{"", "jsp", "fjsp"} {
		entries, err := os.ReadDir(filepath.Join(data, inside))
		if err != nil {
			if inside == "" {
				return nil, fmt.Errorf("--data: %w", err)
			}
			continue
		}
		for _, e := range entries {
			number, ok := strings.CutPrefix(standardName(shopName(e.Name())), set)
			n, err := strconv.Atoi(number)
			if !ok || err != nil || e.IsDir() || !instanceFile(e.Name()) || last > 0 && (n < first || n > last) {
				continue
			}
			if other, twice := found[n]; twice {
				return nil, fmt.Errorf("%s: both %s and %s have that name; keep one of them", arg, other, e.Name())
			}
			found[n] = filepath.Join(data, inside, e.Name())
		}
	}
	for _, n := range []int{first, last} {
		if _, ok := found[n]; last > 0 && !ok {
			return nil, fmt.Errorf("%s: there is no %s%02d in %s", arg, set, n, data)
		}
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("%s: there is no such file in %s, nor in jsp or fjsp inside", arg, data)
	}
	var numbers []int
	for n := range found {
		numbers = append(numbers, n)
	}
	slices.Sort(numbers)
	var list []shop
	for _, n := range numbers {
		p, err := readShop(found[n])
		if err != nil {
			return nil, err
		}
		list = append(list, p)
	}
	return list, nil
}

// standardName is the name under which the best values of an instance are known.
func standardName(name string) string {
	if number, ok := strings.CutPrefix(name, "k"); ok && len(number) == 1 {
		return "kacem" + number
	}
	return name
}

// folder reads all instances in a folder and in those inside, by name. With an error that tells of files
// that cannot be read come those that can.
func folder(dir string) ([]shop, error) {
	var list []shop
	var unread []error
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !instanceFile(e.Name()) {
			return err
		}
		p, err := readShop(path)
		if err != nil {
			unread = append(unread, err)
			return nil
		}
		list = append(list, p)
		return nil
	})
	if err == nil {
		err = errors.Join(unread...)
	}
	if err == nil && len(list) == 0 {
		err = fmt.Errorf("%s: no job shop is in this folder; their names end in .txt, .fjs, .jsp or nothing", dir)
	}
	slices.SortStableFunc(list, func(a, b shop) int { return cmp.Compare(a.name, b.name) })
	return list, err
}

// instanceFile says whether a file in a folder is taken for an instance.
func instanceFile(name string) bool {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".txt", ".fjs", ".jsp", ".jss":
		return true
	case "":
		return name != "README" && name != "LICENSE"
	}
	return false
}
