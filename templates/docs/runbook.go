package docs

import (
	_ "embed"

	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/templates/layout"
)

//go:embed RUNBOOK.md.tmpl
var runbookSource string

var runbookTemplate = layout.Must("RUNBOOK.md", runbookSource, quoting)

// runbookPage is the data of RUNBOOK.md.
type runbookPage struct {
	Header, System string
	Runbooks       []runbook
}

// runbook is a section, with its name as anchor. Diagnosis is a script, Resolution
// is commands or prose.
type runbook struct {
	Name, Title           string
	Symptoms              []string
	Diagnosis, Resolution string
	Covers                []string
}

// runbook makes RUNBOOK.md.
func (p *page) runbook() {
	d := runbookPage{Header: kit.Header(p.m.System.Name), System: p.m.System.Name}
	for _, r := range p.m.Runbooks {
		covers := append([]string(nil), r.Covers...)
		for _, a := range p.m.Alerts {
			if a.Runbook == r {
				covers = append(covers, "alert."+a.Name)
			}
		}
		d.Runbooks = append(d.Runbooks, runbook{r.Name, r.Title, r.Symptoms, p.m.ForPeople(r.Diagnosis), p.m.ForPeople(r.Resolution), covers})
	}
	if err := runbookTemplate.Execute(&p.b, d); err != nil {
		panic(err) // a field that the data lacks fails every test
	}
}
