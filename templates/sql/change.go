package sql

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// headingPermits is the heading of what the manifest permits to a change. Its lines are
// comments: an empty database has nothing to change.
const headingPermits = "Permits (deploy/schema.sql reads them)"

// permit is what may happen to an object of an older schema.
type permit struct {
	Do     string `json:"do"`   // rewrite | destroy | rename
	Kind   string `json:"kind"` // column | table
	Schema string `json:"schema"`
	Table  string `json:"table,omitempty"` // of a column
	Name   string `json:"name"`
	From   string `json:"from,omitempty"` // the former name
}

// permits writes what the manifest permits, a JSON object in each line.
func permits(out *bytes.Buffer, db *manifest.Database) {
	var list []permit
	for _, t := range db.Tables {
		schema := t.Schema
		if schema == "" {
			schema = "public"
		}
		add := func(do, name, from string) {
			list = append(list, permit{Do: do, Kind: "column", Schema: schema, Table: t.Name, Name: name, From: from})
		}
		for _, c := range t.Columns {
			if c.RenamedFrom != "" {
				add("rename", c.Name, c.RenamedFrom)
			}
		}
		for _, name := range t.Rewrite {
			add("rewrite", name, "")
		}
		for _, name := range t.Destroy {
			add("destroy", name, "")
		}
	}
	for _, name := range db.Destroy {
		schema, table, ok := strings.Cut(name, ".")
		if !ok {
			schema, table = "public", name
		}
		list = append(list, permit{Do: "destroy", Kind: "table", Schema: schema, Name: table})
	}
	if len(list) == 0 {
		return
	}
	fmt.Fprintf(out, "\n-- %s\n", headingPermits)
	for _, p := range list {
		b, err := json.Marshal(p)
		if err != nil { // strings can be encoded
			panic(err)
		}
		fmt.Fprintf(out, "-- %s\n", b)
	}
}

// headings reports a line of a statement that reads like a heading: deploy/schema.sh finds
// the sections by their headings.
func (r *renderer) headings(doc *Doc) {
	for _, st := range doc.Statements {
		for _, line := range strings.Split(st.Text, "\n") {
			title, ok := strings.CutPrefix(line, "-- ")
			if ok && (slices.Contains(headings, title) || strings.HasPrefix(title, headingRaw)) {
				r.diags = append(r.diags, ruleHeading.At(st.Range, "%s contains the line %q, which is a heading of init-db.sql. Change the comment.", st.Address, line))
				break
			}
		}
	}
}
