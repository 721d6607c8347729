package sql

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	pg "github.com/pganalyze/pg_query_go/v6"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/lint/sql/internal/catalogue"
)

// extensions reports those that the official images don't have.
func (c *checker) extensions() {
	ref, ok := c.serverImage()
	version := c.serverVersion()
	if !ok || version < 15 || version > newest {
		return
	}
	has := append(catalogue.Extensions(), "plpgsql")
	switch ref.Repository {
	case "docker.io/library/postgres":
		if strings.Contains(ref.Tag, "alpine") {
			return // with those of languages, which need more packages
		}
	case "docker.io/pgvector/pgvector":
		has = append(has, "vector")
	default:
		return
	}
	for _, e := range c.db.Extensions {
		if slices.Contains(has, e.Name) {
			continue
		}
		hint := suggest(e.Name, has)
		if e.Name == "vector" {
			hint = " The image pgvector/pgvector has it."
		} else if !strings.Contains(hint, "mean") {
			hint = " Use an image that has it."
		}
		c.report(ruleUnavailable.At(e.Range, "%s: the image %s doesn't contain the extension %q.%s", e.Address, c.db.Service.Image.Pull, e.Name, hint))
	}
}

// language reports a function's language that doesn't exist.
func (c *checker) language(f *manifest.Function) {
	all := catalogue.Languages()
	if _, ok := all[f.Language]; ok || f.Language == "" {
		return
	}
	for _, e := range c.db.Extensions {
		if !catalogue.Known(e.Name) { // such as plpython3u
			return
		}
	}
	for _, s := range c.raw {
		if s.Stmt.GetCreatePlangStmt() != nil || s.Stmt.GetCreateExtensionStmt() != nil {
			return
		}
	}
	c.report(ruleLanguage.At(f.At.Of("language", f.Range), "%s is in the language %q, which neither the server nor a declared extension provides.%s", f.Address, f.Language, suggest(f.Language, slices.Sorted(maps.Keys(all)))))
}

var (
	setsNew  = regexp.MustCompile(`(?im)(?:^|;|\bthen\b|\belse\b|\bbegin\b)\s*NEW\s*\.\s*\w+\s*:?=|\bINTO\s+(?:STRICT\s+)?NEW\s*\.`)
	comments = regexp.MustCompile(`(?s)--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'`)
)

// triggerRow reports functions that set NEW where there is no row, or no more.
func (c *checker) triggerRow(t *manifest.Trigger) {
	f := t.Function
	if f == nil || f.Language != "plpgsql" || !setsNew.MatchString(comments.ReplaceAllString(f.Body, " ")) || strings.Contains(strings.ToUpper(f.Body), "TG_WHEN") || strings.Contains(strings.ToUpper(f.Body), "TG_LEVEL") {
		return
	}
	switch {
	case t.ForEach == "statement":
		c.report(ruleNoRow.At(t.At.Of("per", t.Range), "%s runs per statement, but %s sets columns of NEW, which is only there per row. Set per = \"row\".", t.Address, f.Address))
	case t.When == "after":
		c.report(ruleTooLate.At(t.At.Of("timing", t.Range), "%s runs after the row is stored, so what %s assigns to NEW is lost. Set timing = \"before\".", t.Address, f.Address))
	}
}

// circles reports roles that are members of themselves.
func (c *checker) circles() {
	groups := map[string][]string{}
	for _, r := range c.db.Roles {
		groups[r.Name] = r.MemberOf
	}
	reported := map[string]bool{}
	for _, r := range c.db.Roles {
		if reported[r.Name] {
			continue
		}
		for _, path := range c.pathsTo(r.Name, r.Name, groups, nil) {
			for _, name := range path {
				reported[name] = true
			}
			c.report(ruleMember.At(r.Range, "%s is a member of itself: %s. Remove one of the memberships.", r.Address, strings.Join(append(path, r.Name), " → ")))
			break
		}
	}
}

// pathsTo are the chains of memberships from a role back to another.
func (c *checker) pathsTo(goal, from string, groups map[string][]string, path []string) (out [][]string) {
	if slices.Contains(path, from) {
		return nil
	}
	path = append(slices.Clone(path), from)
	for _, g := range groups[from] {
		if g == goal {
			return [][]string{path}
		}
		if found := c.pathsTo(goal, g, groups, path); found != nil {
			return found
		}
	}
	return nil
}

// doBlock resolves the statements in a DO block.
func (c *checker) doBlock(raw *manifest.RawSQL, do *pg.DoStmt) {
	stmts, _ := c.insideDo(do)
	c.inBody(stmts, rawRange(raw), "a DO block of "+raw.Address)
}
