package main

import (
	"fmt"
	"strings"

	"github.com/taktplan/takt/bom"
)

// findPart finds a part by item, or item@site, at a site. An item without a
// site is that of the default site, or of its only one.
func findPart(c *bom.Catalog, id, site string) (bom.PartID, error) {
	if p, ok := partOf(c, id, site); ok {
		return p, nil
	}
	if from, to := c.ItemParts(id); from < to {
		var sites []string
		for p := from; p < to; p++ {
			sites = append(sites, c.SiteID(p))
		}
		return bom.NoPart, fmt.Errorf("item %s is at %s: name one, as %s", id, strings.Join(sites, ", "), c.Label(from))
	}
	return bom.NoPart, fmt.Errorf("no item %s%s", id, meant(id, func(yield func(string) bool) {
		for p := range c.Parts {
			if !yield(c.ItemID(bom.PartID(p))) {
				return
			}
		}
	}))
}

// partOf is findPart without the words.
func partOf(c *bom.Catalog, id, site string) (bom.PartID, bool) {
	if p, ok := c.Part(id, site); ok {
		return p, true
	}
	from, to := c.ItemParts(id)
	if site == "" && to-from == 1 {
		return from, true
	}
	for i := range id { // ids may hold an @ themselves
		if id[i] == '@' && site == "" {
			if p, ok := c.Part(id[:i], id[i+1:]); ok {
				return p, true
			}
		}
	}
	return bom.NoPart, false
}

// meant is the end of an error on an unknown id: the closest of those known.
func meant(id string, known func(yield func(string) bool)) string {
	const most = 200_000 // ids that are compared
	var list []string
	for k := range known {
		if len(list) == 0 || list[len(list)-1] != k {
			list = append(list, k)
		}
		if len(list) == most {
			break
		}
	}
	if c := bom.Closest(id, list); c != "" {
		return fmt.Sprintf("; did you mean %s?", c)
	}
	return ""
}
