package importer

import (
	"regexp"
	"slices"
	"strings"

	"github.com/omegagen/omegagen/internal/credential"
)

// passwordFlag is a flag with a password in a word, or in the words of a script.
var passwordFlag = regexp.MustCompile(`(?:^|\s)(-a\s+|-p|--?[a-z-]*(?:pass|password|passwd|token|requirepass|masterauth)(?:\s+|=))["']?([^\s"';|&()$]+)`)

// wordKeys are where a service has commands in which parameters may stand.
var wordKeys = []string{"command", "entrypoint"}

// commandCredentials finds the credentials in commands: those that the validator has reported, and others that the
// environment has. A secret can't stand in a command, so they are parameters.
func (d *Draft) commandCredentials() {
	each := func(found func(service string, sure bool, value string) *secretValue) {
		for _, service := range sortedKeys(mapOf(d.s.model["services"])) {
			for _, k := range wordKeys {
				words := slices.Clone(listOf(at(d.s.model, "services", service, k)))
				changed := false
				for i, w := range words {
					before := ""
					if i > 0 {
						before = str(words[i-1])
					}
					if t := splitWord(before, w, func(sure bool, value string) *secretValue { return found(service, sure, value) }); t != nil {
						words[i], changed = t, true
					}
				}
				if changed {
					d.credentials.words[envKey(service, k)] = words
				}
			}
		}
	}
	each(func(service string, sure bool, value string) *secretValue {
		if sure && d.inWords[service] && storable(value) && !credential.Never(value) {
			d.secretOf(service, service+"_PASSWORD", "the command", value).parameter = true
		}
		return nil
	})
	each(func(_ string, _ bool, value string) *secretValue {
		x := d.credentials.values[value]
		if x != nil {
			x.parameter = true
		}
		return x
	})
}

// splitWord replaces the passwords in a word, if replace knows them; nil if there are none. A long flag, or a URL, is
// sure to have one.
func splitWord(before string, word any, replace func(sure bool, value string) *secretValue) *Text {
	w, ok := word.(string)
	if !ok {
		return nil
	}
	flag := strings.TrimLeft(before, "-")
	long := strings.HasPrefix(before, "--") && (credential.Named(flag) || flag == "requirepass" || flag == "masterauth")
	if long || before == "-a" || before == "-p" {
		if x := replace(long, w); x != nil {
			return &Text{Value: w, Parts: []Part{{Secret: x}}}
		}
	}
	out := &Text{Value: w}
	rest := w
	for rest != "" {
		sure := true
		found := addressPassword.FindStringSubmatchIndex(rest)
		if found == nil || !strings.Contains(rest[:found[2]], "://") {
			if found = passwordFlag.FindStringSubmatchIndex(rest); found == nil {
				break
			}
			sure = strings.HasPrefix(rest[found[2]:], "--")
			found = found[2:]
		}
		value := rest[found[2]:found[3]]
		if x := replace(sure, value); x != nil {
			out.Parts = append(out.Parts, Part{Text: rest[:found[2]]}, Part{Secret: x})
		} else {
			out.Parts = append(out.Parts, Part{Text: rest[:found[3]]})
		}
		rest = rest[found[3]:]
	}
	if !slices.ContainsFunc(out.Parts, func(p Part) bool { return p.Secret != nil }) {
		return nil
	}
	if rest != "" {
		out.Parts = append(out.Parts, Part{Text: rest})
	}
	return out
}

// wordsOf are the words of a command, with parameters in place of passwords.
func (s *serviceDraft) wordsOf(v any, key string) []any {
	if words := s.credentials.words[envKey(s.name, key)]; words != nil {
		return words
	}
	return listOf(v)
}

// stillHas is a comment about a password in a health test, where no value of deploy time can stand.
func (s *serviceDraft) stillHas(test []any) string {
	found := false
	for i, w := range test {
		before := ""
		if i > 0 {
			before = str(test[i-1])
		}
		splitWord(before, w, func(_ bool, value string) *secretValue {
			found = found || s.credentials.values[value] != nil
			return nil
		})
	}
	if found {
		return "# The password stands here as in the Compose file. Read it from the container's environment or files instead."
	}
	return ""
}
