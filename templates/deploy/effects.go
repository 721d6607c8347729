package deploy

import (
	"encoding/json"
	"fmt"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/text"
	"github.com/omegagen/omegagen/planner"
)

// effects is the table of the actions' effects, from which deploy.sh works out the
// current state for `omegagen plan --from-state`. A line is an action's key, the kind
// and name of what it changes, an operator and a value in JSON. Lines with the key
// "-" are initial values, of states that actions change relatively.
func (s *script) effects(actions []*planner.Action) []string {
	var lines []string
	relative := map[*manifest.State]bool{}
	for _, a := range actions {
		key := s.keyOf("action", a.ID)
		for _, f := range a.Achieves {
			lines = append(lines, fmt.Sprintf("%s\tfact\t%s\t=\ttrue", key, jsonText(f.String())))
		}
		for _, f := range a.Destroys {
			lines = append(lines, fmt.Sprintf("%s\tfact\t%s\t=\tfalse", key, jsonText(f.String())))
		}
		if a.Declared == nil {
			continue
		}
		lines = append(lines, fmt.Sprintf("%s\tdone\t%s\t=\ttrue", key, jsonText(a.Declared.Name)))
		for _, e := range a.Declared.Effects {
			for _, c := range changes(e) {
				relative[e.State] = relative[e.State] || c.op != "="
				lines = append(lines, fmt.Sprintf("%s\tstate\t%s\t%s\t%s", key, jsonText(e.State.Name), c.op, c.value))
			}
		}
	}
	var initial []string
	for _, x := range s.m.States {
		if !relative[x] || x.Initial == nil {
			continue
		}
		if x.Type == manifest.StringSet {
			for _, elem := range x.Initial.Set {
				initial = append(initial, fmt.Sprintf("-\tstate\t%s\tadd\t%s", jsonText(x.Name), jsonText(elem)))
			}
			continue
		}
		initial = append(initial, fmt.Sprintf("-\tstate\t%s\t=\t%s", jsonText(x.Name), jsonOf(x.Initial)))
	}
	return append(initial, lines...)
}

// change is how an effect changes its state: "=" to a value, "+" and "-" by a
// number, "empty", "add" and "remove" an element.
type change struct{ op, value string }

// changes are the changes of an effect; a value that isn't known in advance is null.
func changes(e manifest.Effect) []change {
	v := e.Value
	own := len(v.Args) > 0 && v.Args[0].Op == manifest.OpState && v.Args[0].State == e.State
	var given []*manifest.Value // the other operands
	for i, a := range v.Args {
		if i > 0 && (a.Op != manifest.OpConst || a.Value == nil) {
			own = false
		} else if i > 0 {
			given = append(given, a.Value)
		}
	}
	var out []change
	switch {
	case v.Op == manifest.OpConst && v.Value != nil && v.Value.Type == manifest.StringSet:
		out = append(out, change{"empty", "null"})
		for _, elem := range v.Value.Set {
			out = append(out, change{"add", jsonText(elem)})
		}
	case v.Op == manifest.OpConst && v.Value != nil:
		out = append(out, change{"=", jsonOf(v.Value)})
	case own && (v.Op == manifest.OpAdd || v.Op == manifest.OpSub):
		for _, x := range given {
			out = append(out, change{map[manifest.Op]string{manifest.OpAdd: "+", manifest.OpSub: "-"}[v.Op], text.Number(x.Num)})
		}
	case own && (v.Op == manifest.OpUnion || v.Op == manifest.OpSubtract):
		for _, x := range given {
			for _, elem := range x.Set {
				out = append(out, change{map[manifest.Op]string{manifest.OpUnion: "add", manifest.OpSubtract: "remove"}[v.Op], jsonText(elem)})
			}
		}
	default:
		out = append(out, change{"=", "null"})
	}
	return out
}

func jsonOf(v *manifest.Value) string {
	switch v.Type {
	case manifest.Bool:
		return fmt.Sprint(v.Bool)
	case manifest.Number:
		return text.Number(v.Num)
	case manifest.String, manifest.StringSet: // of sets, the caller writes each element
	}
	return jsonText(v.Str)
}

func jsonText(text string) string {
	b, err := json.Marshal(text)
	if err != nil { // strings always marshal
		panic(err)
	}
	return string(b)
}
