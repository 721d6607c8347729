package docs

import (
	"cmp"
	"slices"
	"strings"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// outside lists the paths outside the kit, each once, by path.
func (p *page) outside() []outsideRow {
	rows := map[string]*outsideRow{}
	for _, u := range p.m.Paths {
		if manifest.HasParameter(u.Path) {
			continue // only .env says where that is
		}
		r := rows[u.Path]
		if r == nil {
			r = &outsideRow{Path: u.Path, When: "made, or may be missing"}
			rows[u.Path] = r
		}
		if !u.Made {
			r.When = "must be there"
			if u.Why != "" {
				r.When += "; not copied, because " + u.Why
			}
		}
		r.Uses = append(r.Uses, strings.TrimSuffix(u.Address+" "+u.Argument, " "))
	}
	out := make([]outsideRow, 0, len(rows))
	for _, r := range rows {
		out = append(out, *r)
	}
	slices.SortFunc(out, func(a, b outsideRow) int { return cmp.Compare(a.Path, b.Path) })
	return out
}
