package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag"
)

// sources are the files to which diagnostics refer, by name.
func (c *compiled) sources() map[string]*hcl.File {
	files := maps.Clone(c.others)
	if c.manifest == nil {
		return files
	}
	if files == nil {
		return c.manifest.Files
	}
	maps.Copy(files, c.manifest.Files)
	return files
}

// printDiagnostics prints diagnostics, root causes first, each once. Advice is listed on request,
// otherwise only counted in one line.
func (a *app) printDiagnostics(c *compiled, f *manifestFlags) error {
	all := diag.Sort(c.diags)
	shown := all
	if !f.advice {
		shown = diag.WithoutAdvice(all)
	}
	err := diag.Write(a.stderr, c.sources(), shown, a.style())
	if s := c.policy.Silenced(); err == nil && len(s) > 0 && f.advises {
		_, err = fmt.Fprintf(a.stderr, "Silenced by ignore blocks: %d. Use --json to list what.\n", len(s))
	}
	n := diag.Count(all)
	if hidden := n.Advice; err == nil && hidden > 0 && f.advises && !f.advice && n.Errors == 0 {
		_, err = fmt.Fprintf(a.stderr, "Advice not shown: %d. Use --advice to list it.\n", hidden)
	}
	return err
}

// diagnosticsJSON is the list as every --json output contains it.
func (c *compiled) diagnosticsJSON() json.RawMessage {
	list, _ := json.Marshal(diag.JSONList(c.sources(), diag.Sort(c.diags)))
	return bytes.TrimSpace(list)
}

// suppressedJSON lists what ignore blocks silence.
func (c *compiled) suppressedJSON() []diag.JSON {
	return diag.SuppressedJSON(c.sources(), c.policy.Silenced())
}
