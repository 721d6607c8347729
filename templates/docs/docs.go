// Package docs renders the documents of a kit: PLAN.md (the plans, their actions
// and what is checked) and RUNBOOK.md (what to do when something fails). Every
// figure is computed from the manifest and the plans. Every text from the manifest
// is quoted, so that Markdown shows it literally.
package docs

import (
	"math/big"
	"sort"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/internal/quote"
	"github.com/omegagen/omegagen/internal/text"
	"github.com/omegagen/omegagen/planner"
)

// page is a document being written.
type page struct {
	m     *manifest.Manifest
	plans []*planner.Plan
	b     strings.Builder
}

// Render makes PLAN.md, and RUNBOOK.md if a runbook is declared. Goals without a
// plan are omitted; the first plan is the default goal's.
func Render(m *manifest.Manifest, plans []*planner.Plan) ([]kit.Artifact, hcl.Diagnostics) {
	var good []*planner.Plan
	for _, p := range plans {
		if p.Status == planner.Optimal || p.Status == planner.Bounded {
			good = append(good, p)
		}
	}
	plan := &page{m: m, plans: good}
	plan.plan()
	book := &page{m: m, plans: good}
	book.runbook()
	sources := []string{m.System.Address}
	books := []string{m.System.Address}
	for _, p := range good {
		sources = append(sources, p.Goal.Address)
	}
	for _, a := range m.Actions {
		sources = append(sources, a.Address)
	}
	for _, c := range m.Criteria {
		sources = append(sources, c.Address)
	}
	for _, b := range m.Benchmarks {
		sources = append(sources, b.Address)
	}
	for _, r := range m.Runbooks {
		books = append(books, r.Address)
	}
	sort.Strings(sources)
	sort.Strings(books)
	out := []kit.Artifact{{Kind: kit.Document, Path: m.KitPath(kit.PlanPath), Content: []byte(text.ShowPlaceholders(plan.b.String())), Sources: sources}}
	if len(m.Runbooks) > 0 {
		out = append(out, kit.Artifact{Kind: kit.Document, Path: m.KitPath(kit.RunbookPath), Content: []byte(text.ShowPlaceholders(book.b.String())), Sources: books})
	}
	return out, nil
}

func escaped(s string) string  { return quote.Markdown(s) }
func code(s string) string     { return quote.MarkdownCode(s, false) }
func cellCode(s string) string { return quote.MarkdownCode(s, true) }

// span formats a duration for people; "–" if it is zero.
func span(d time.Duration) string {
	if d == 0 {
		return "–"
	}
	return text.SpacedDuration(d)
}

// number formats a number; "?" if it is nil.
func number(r *big.Rat) string {
	if r == nil {
		return "?"
	}
	return text.Number(r)
}
