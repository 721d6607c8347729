package sql

import (
	"slices"
	"strings"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// seeds inserts the rows of every seed, with the tables in an order that satisfies
// foreign keys.
func seeds(db *manifest.Database, o *order) *section {
	s := &section{title: headingRows}
	byTable := map[*manifest.Table][]*manifest.Seed{}
	for _, seed := range db.Seeds {
		byTable[seed.Table] = append(byTable[seed.Table], seed)
	}
	for _, t := range seedOrder(o.tables, byTable) {
		for _, seed := range byTable[t] {
			for _, in := range inserts(seed) {
				s.add(seed.Origin, in)
			}
		}
		for _, c := range t.Columns {
			for _, seed := range byTable[t] {
				if numbered(c) && gives(seed, c.Name) {
					s.add(seed.Origin, &SetSequence{Table: t, Column: c})
					break
				}
			}
		}
	}
	return s
}

// numbered reports whether a sequence numbers the rows of a column.
func numbered(c *manifest.Column) bool {
	switch strings.ToLower(strings.TrimSpace(c.Type)) {
	case "smallserial", "serial", "bigserial", "serial2", "serial4", "serial8":
		return true
	}
	return c.Identity != ""
}

// gives reports whether some row of a seed has a value for a column.
func gives(seed *manifest.Seed, column string) bool {
	return slices.ContainsFunc(seed.Rows, func(row manifest.SeedRow) bool {
		return slices.ContainsFunc(row.Columns, func(v manifest.SeedValue) bool { return v.Column == column })
	})
}

// seedOrder orders tables such that a row comes after the rows that it refers to. Only
// foreign keys that some row has values for count, so tables that refer to each other
// can often be filled in sequence.
func seedOrder(tables []*manifest.Table, byTable map[*manifest.Table][]*manifest.Seed) []*manifest.Table {
	var out []*manifest.Table
	done := map[*manifest.Table]bool{}
	var visit func(t *manifest.Table)
	visit = func(t *manifest.Table) {
		if done[t] {
			return
		}
		done[t] = true
		for _, k := range t.ForeignKeys {
			if k.Table != nil && refers(byTable[t], k) {
				visit(k.Table)
			}
		}
		out = append(out, t)
	}
	for _, t := range tables {
		visit(t)
	}
	return out
}

// refers reports whether some row has a value in every column of a foreign key.
func refers(seeds []*manifest.Seed, k *manifest.ForeignKey) bool {
	for _, s := range seeds {
		for _, row := range s.Rows {
			given := map[string]bool{}
			for _, v := range row.Columns {
				given[v.Column] = v.Expr != "" || v.Value != nil
			}
			if !slices.ContainsFunc(k.Columns, func(c string) bool { return !given[c] }) {
				return true
			}
		}
	}
	return false
}

// inserts groups consecutive rows that have the same columns and are distinguished by
// the same key.
func inserts(seed *manifest.Seed) []Op {
	var out []Op
	for i := 0; i < len(seed.Rows); {
		columns, key, guarded := columnsOf(seed.Table, seed.Rows[i]), KeyOf(seed, seed.Rows[i]), false
		if key == nil {
			guarded = true
		}
		in := &Insert{Seed: seed, Columns: columns, Guarded: guarded}
		for {
			in.Rows = append(in.Rows, inOrder(seed.Rows[i], columns))
			i++
			if guarded || i == len(seed.Rows) || !sameColumns(seed.Rows[i], columns) ||
				!slices.Equal(KeyOf(seed, seed.Rows[i]), key) {
				break
			}
		}
		if !guarded {
			in.Conflict, in.Update = onConflict(seed, columns, key)
		}
		out = append(out, in)
	}
	return out
}

func columnsOf(t *manifest.Table, row manifest.SeedRow) []*manifest.Column {
	given := map[string]bool{}
	for _, v := range row.Columns {
		given[v.Column] = true
	}
	var out []*manifest.Column
	for _, c := range t.Columns {
		if given[c.Name] {
			out = append(out, c)
		}
	}
	return out
}

func sameColumns(row manifest.SeedRow, columns []*manifest.Column) bool {
	if len(row.Columns) != len(columns) {
		return false
	}
	given := map[string]bool{}
	for _, v := range row.Columns {
		given[v.Column] = true
	}
	for _, c := range columns {
		if !given[c.Name] {
			return false
		}
	}
	return true
}

func inOrder(row manifest.SeedRow, columns []*manifest.Column) []manifest.SeedValue {
	at := map[string]manifest.SeedValue{}
	for _, v := range row.Columns {
		at[v.Column] = v
	}
	out := make([]manifest.SeedValue, len(columns))
	for i, c := range columns {
		out[i] = at[c.Name]
		if out[i].Range.Filename == "" {
			out[i].Range = row.Range
		}
	}
	return out
}

// Keys lists the sets of columns of a table whose values are unique, the primary key
// first.
func Keys(t *manifest.Table) [][]string {
	var out [][]string
	if len(t.PrimaryKey) > 0 {
		out = append(out, t.PrimaryKey)
	}
	for _, c := range t.Columns {
		if c.Unique {
			out = append(out, []string{c.Name})
		}
	}
	out = append(out, t.Unique...)
	for _, i := range t.Indexes {
		if i.Unique && i.Where == "" && plainColumns(t, i.On) {
			out = append(out, i.On)
		}
	}
	return out
}

func plainColumns(t *manifest.Table, names []string) bool {
	for _, n := range names {
		if !slices.ContainsFunc(t.Columns, func(c *manifest.Column) bool { return c.Name == n }) {
			return false
		}
	}
	return true
}

// KeyOf finds a key whose values are the same on a second run: only then does ON
// CONFLICT recognize an existing row. NULL equals nothing, and an expression may have
// a different value each time.
func KeyOf(seed *manifest.Seed, row manifest.SeedRow) []string {
	keys := Keys(seed.Table)
	if len(seed.Conflict) > 0 {
		keys = [][]string{seed.Conflict}
	}
	fixed := map[string]bool{}
	for _, v := range row.Columns {
		fixed[v.Column] = v.Expr == "" && v.Value != nil
	}
	for _, key := range keys {
		if !slices.ContainsFunc(key, func(c string) bool { return !fixed[c] }) {
			return key
		}
	}
	return nil
}

// onConflict is the key of a conflict (none: any), and the columns that are then
// updated in the existing row.
func onConflict(seed *manifest.Seed, columns []*manifest.Column, key []string) (conflict, update []string) {
	if !seed.Update {
		return seed.Conflict, nil
	}
	for _, c := range columns {
		if !slices.Contains(key, c.Name) {
			update = append(update, c.Name)
		}
	}
	return key, update
}
