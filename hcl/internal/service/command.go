package service

import (
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/mattn/go-shellwords"
	"github.com/zclconf/go-cty/cty"

	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/text"
)

var composeCommand = lang.AttrType{Name: "string (split into words) or list of strings"}

// command reads command or entrypoint. A string is split into words as Compose does, by the same
// library, before parameters have values: a parameter is always part of one word.
func command(b *lang.Block, name string) *manifest.Command {
	c := b.Command(name)
	if c == nil || c.Exec != nil {
		return c
	}
	words, problem := split(c.Shell)
	if problem != "" {
		b.Evaluation().Errorf(ruleWords, c.Range, "%s %s", problem, instead(name, c.Shell))
		return nil
	}
	return &manifest.Command{Exec: words, Range: c.Range}
}

// split are the words of a command line. problem says what is in it that only a shell understands, or why
// it has no words.
func split(line string) (words []string, problem string) {
	if ops := operators(line); len(ops) > 0 {
		op := line[ops[0] : ops[0]+1]
		if op == "(" && strings.HasSuffix(line[:ops[0]], "$") {
			op = "$("
		}
		does := "would cut the command off there"
		if strings.Contains("`$()", op) {
			does = "would pass it on as text, or refuse it"
		}
		return nil, "Compose splits this string into words and runs them without a shell. Only a shell understands " + strconv.Quote(op) + "; Compose " + does + "."
	}
	words, err := shellwords.NewParser().Parse(line)
	if err != nil {
		return nil, "Compose can't split this string into words: a quote isn't closed, or a backslash is the last character."
	}
	return words, ""
}

// operators are the places of a shell's operators and substitutions outside of quotes.
func operators(line string) (out []int) {
	var quote rune
	escaped := false
	for i, r := range line {
		switch {
		case escaped:
			escaped = false
		case r == '\\' && quote != '\'':
			escaped = true
		case quote != 0:
			if r == quote {
				quote = 0
			}
		case r == '"' || r == '\'':
			quote = r
		case strings.ContainsRune("<>&;|`()", r):
			out = append(out, i)
		}
	}
	return out
}

// instead shows the two unambiguous forms of a command line: a shell's script, and the list of words.
func instead(name, line string) string {
	literal, last := "", 0
	for _, at := range operators(line) {
		literal, last = literal+line[last:at]+"\\", at
	}
	list, err := shellwords.NewParser().Parse(literal + line[last:])
	if err != nil {
		list = strings.Fields(line)
	}
	return "For a shell, write " + name + " = " + hclList([]string{"sh", "-c", line}) + "; without one, write the list, in which every character stands for itself: " + name + " = " + hclList(list) + "."
}

// hclList is a list of strings as a manifest writes it, for messages.
func hclList(words []string) string {
	values := make([]cty.Value, len(words))
	for i, w := range words {
		values[i] = cty.StringVal(w)
	}
	if len(values) == 0 {
		return "[]"
	}
	shown := string(hclwrite.TokensForValue(cty.TupleVal(values)).Bytes())
	return text.MapPlaceholders(shown, nil, func(name string) string { return "${parameter." + strings.ToLower(name) + "}" })
}

// commandKeys checks the strings of `compose` and of hooks that Compose splits into words, too.
func commandKeys(b *lang.Block, s *manifest.Service) {
	check := func(name string, v any, at hcl.Range) {
		line, ok := v.(string)
		if !ok {
			return
		}
		if _, problem := split(line); problem != "" {
			b.Evaluation().Errorf(ruleWords, at, "%s %s", problem, instead(name, line))
		}
	}
	hooks := func(v any, at func(i int) hcl.Range) {
		list, _ := v.([]any)
		for i, x := range list {
			check("command", inside(x, "command"), at(i))
		}
	}
	for _, key := range []string{"post_start", "pre_start", "pre_stop"} {
		if x := s.ComposeKey(key); x != nil && b.Given(key) {
			hooks(x, func(i int) hcl.Range { return b.Part(key, strconv.Itoa(i), "command").Range })
		}
	}
	if s.ComposeNew == nil {
		return
	}
	for _, key := range []string{"command", "entrypoint"} {
		check(key, inside(s.ComposeNew.Value, key), b.Part("compose", key).Range)
	}
	for _, key := range []string{"post_start", "pre_start", "pre_stop"} {
		hooks(inside(s.ComposeNew.Value, key), func(i int) hcl.Range { return b.Part("compose", key, strconv.Itoa(i), "command").Range })
	}
}
