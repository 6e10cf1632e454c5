package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/plan/tables"
)

const pageWidth = 100 // columns of text output

// column is a column of a grid.
type column struct {
	title string
	right bool // numbers
	most  int  // width at which a text is cut; 0: none
	give  bool // is cut further where the line is too long
	fold  bool // the last column may go on in lines below
}

// grid is a table of aligned text.
type grid struct {
	indent  int
	columns []column
	rows    [][]string
}

// add adds a row.
func (g *grid) add(cells ...string) { g.rows = append(g.rows, cells) }

// section adds a line of its own between the rows.
func (g *grid) section(text string) { g.rows = append(g.rows, []string{text}) }

// write prints the grid, titles first if there are any. Columns that are empty in all rows are left out.
func (g *grid) write(w io.Writer) {
	if len(g.rows) == 0 {
		return
	}
	width := g.widths()
	titles := make([]string, len(g.columns))
	titled := false
	for i, c := range g.columns {
		titles[i] = c.title
		titled = titled || c.title != ""
	}
	if titled {
		g.line(w, width, titles)
	}
	for _, row := range g.rows {
		if len(row) == 1 && len(g.columns) > 1 {
			fmt.Fprintf(w, "%*s%s\n", max(g.indent-2, 0), "", row[0])
			continue
		}
		g.line(w, width, row)
	}
}

// widths are the widths of the columns; those that give way do so until lines fit the page.
func (g *grid) widths() []int {
	width := make([]int, len(g.columns))
	total := g.indent
	for i, c := range g.columns {
		for _, row := range g.rows {
			if len(row) == len(g.columns) {
				width[i] = max(width[i], utf8.RuneCountInString(row[i]))
			}
		}
		if width[i] == 0 {
			continue
		}
		if c.most > 0 {
			width[i] = min(width[i], c.most)
		}
		width[i] = max(width[i], utf8.RuneCountInString(c.title))
		if c.fold {
			const least = 30
			total += min(width[i], least) + 2
		} else {
			total += width[i] + 2
		}
	}
	const least = 8
	for total -= 2; total > pageWidth; total-- {
		widest := -1
		for i, c := range g.columns {
			if c.give && width[i] > least && (widest < 0 || width[i] > width[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			break
		}
		width[widest]--
	}
	return width
}

// line prints one row.
func (g *grid) line(w io.Writer, width []int, row []string) {
	var b strings.Builder
	b.WriteString(strings.Repeat(" ", g.indent))
	at := g.indent
	for i, c := range g.columns {
		if width[i] == 0 {
			continue
		}
		if i > 0 {
			b.WriteString("  ")
			at += 2
		}
		if c.fold {
			b.WriteString(fold(row[i], at, pageWidth))
			break
		}
		cell := cut(row[i], width[i])
		pad := strings.Repeat(" ", width[i]-utf8.RuneCountInString(cell))
		if c.right {
			b.WriteString(pad + cell)
		} else {
			b.WriteString(cell + pad)
		}
		at += width[i]
	}
	fmt.Fprintln(w, strings.TrimRight(b.String(), " "))
}

// fold breaks a text that begins at a column into lines of at most width columns.
func fold(s string, at, width int) string {
	const least = 24
	room := max(width-at, least)
	var b strings.Builder
	used := 0
	for i, word := range strings.Fields(s) {
		n := utf8.RuneCountInString(word)
		switch {
		case i == 0:
		case used+1+n > room:
			b.WriteString("\n" + strings.Repeat(" ", at))
			used = 0
		default:
			b.WriteByte(' ')
			used++
		}
		b.WriteString(word)
		used += n
	}
	return b.String()
}

// cut shortens a text to at most n characters.
func cut(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	r := []rune(s)
	return strings.TrimRight(string(r[:n-1]), " ,") + "…"
}

// count is a number and a noun: 1 order, 2 orders.
func count(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return thousands(int64(n)) + " " + noun
}

// thousands is n with commas.
func thousands(n int64) string {
	s := strconv.FormatInt(n, 10)
	from := len(s) % 3
	if n < 0 {
		return "-" + thousands(-n)
	}
	var b strings.Builder
	b.WriteString(s[:from])
	for i := from; i < len(s); i += 3 {
		if b.Len() > 0 {
			b.WriteByte(',')
		}
		b.WriteString(s[i : i+3])
	}
	return b.String()
}

// percent is a share in whole percent; all and none only if it is exactly that.
func percent(part, whole int) string {
	if whole == 0 {
		return "–"
	}
	const all = 100
	p := (part*all + whole/2) / whole
	if p == all && part < whole {
		p = all - 1
	}
	if p == 0 && part > 0 {
		p = 1
	}
	return strconv.Itoa(p) + " %"
}

// days is a number of days: 1 day, 2 days.
func days(n int) string { return count(n, "day") }

// dateOr is a date, or a text where there is none.
func dateOr(d bom.Day, none string) string {
	if d == bom.NoDay {
		return none
	}
	return d.String()
}

// weekday is a date with its day of the week.
func weekday(d bom.Day) string { return d.Weekday().String()[:3] + " " + d.String() }

// heading prints the title of a section.
func heading(w io.Writer, title, remark string) {
	fmt.Fprintf(w, "\n%s", title)
	if remark != "" {
		fmt.Fprintf(w, "  %s", remark)
	}
	fmt.Fprintln(w)
}

// printJSON prints one JSON document.
func (a *app) printJSON(v any) error {
	e := json.NewEncoder(a.stdout)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// printTable prints a table as text, without the sites if there is but the default one.
func printTable(w io.Writer, t tables.Table, indent int) {
	g := grid{indent: indent}
	site := -1
	for i, c := range t.Columns {
		if c.Name == "site" {
			site = i
		}
		g.columns = append(g.columns, column{title: strings.ReplaceAll(c.Name, "_", " "), right: c.Kind == tables.KindNumber, give: c.Kind == tables.KindText})
	}
	elsewhere := false
	for row := range t.Rows {
		cells := make([]string, len(t.Columns))
		for i := range cells {
			cells[i] = string(row.Cell(i))
		}
		elsewhere = elsewhere || site >= 0 && cells[site] != bom.DefaultSite
		g.add(cells...)
	}
	for i := range g.rows {
		if site >= 0 && !elsewhere {
			g.rows[i][site] = ""
		}
	}
	g.write(w)
}
