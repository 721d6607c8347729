package importer

import (
	"encoding/json"
	"maps"
	"os"
	"slices"
	"strconv"
)

// The model is plain data: these read it without fuss.

func mapOf(v any) map[string]any { m, _ := v.(map[string]any); return m }

func listOf(v any) []any { l, _ := v.([]any); return l }

// str is a string, or a number or bool as one; "" for anything else.
func str(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case *Text:
		return v.Value
	case json.Number:
		return v.String()
	case bool:
		return strconv.FormatBool(v)
	}
	return ""
}

func boolOf(v any) bool { b, _ := v.(bool); return b }

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// at is the value at a path of keys.
func at(v any, path ...string) any {
	for _, k := range path {
		v = mapOf(v)[k]
	}
	return v
}

// only reports whether a map has no other keys.
func only(m map[string]any, keys ...string) bool {
	for k := range m {
		if !slices.Contains(keys, k) {
			return false
		}
	}
	return true
}

func isFile(name string) bool {
	fi, err := os.Stat(name)
	return err == nil && !fi.IsDir()
}
