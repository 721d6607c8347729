package main

import (
	"bytes"
	"encoding/json"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag"
)

func (c *compiled) sources() map[string]*hcl.File {
	if c.manifest == nil {
		return nil
	}
	return c.manifest.Files
}

// printDiagnostics writes them for a reader, root causes first, each once.
func (a *app) printDiagnostics(c *compiled) error {
	return diag.Write(a.stderr, c.sources(), diag.Sort(c.diags), a.colour)
}

// diagnosticsJSON is the list as every --json answer carries it.
func (c *compiled) diagnosticsJSON() json.RawMessage {
	list, _ := json.Marshal(diag.JSONList(c.sources(), diag.Sort(c.diags)))
	return bytes.TrimSpace(list)
}
