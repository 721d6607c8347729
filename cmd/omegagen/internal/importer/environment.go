package importer

import (
	"encoding/json"
	"regexp"
)

func (s *serviceDraft) environment() {
	env := mapOf(s.m["environment"])
	s.used["environment"] = true
	if len(env) == 0 {
		if s.m["environment"] != nil {
			return
		}
		s.secretEnv(nil)
		return
	}
	secrets := map[string]string{}
	for _, u := range listOf(s.m["secrets"]) {
		if name := str(at(u, "source")); s.secretTyped(name) {
			if variable := s.secretVariable(s.m, name); variable != "" {
				secrets[variable] = name
			}
		}
	}
	var out object
	exposed := false
	for _, k := range sortedKeys(env) {
		if secrets[k] != "" {
			continue
		}
		p := s.path("environment", k)
		if !s.written(p...) {
			continue
		}
		value, secret := s.secretIn(k, env[k])
		if f := s.secretFile(k, value); secret && f != nil {
			s.mounted[envKey(s.name, k)] = f
			continue
		}
		exposed = exposed || secret
		value = s.references(value, hostName.MatchString(k))
		out = append(out, entry{key: k, value: bare(value), path: p, comment: s.s.comment(p...)})
	}
	if len(out) > 0 {
		s.set("env", out, "environment")
	}
	s.secretEnv(secrets)
	if exposed {
		s.b.items = append(s.b.items, item{name: "exposed", value: true}, item{name: "reason", value: exposedReason})
	}
}

// secretEnv mounts the secrets.
func (s *serviceDraft) secretEnv(secrets map[string]string) {
	s.used["secrets"] = true
	var out object
	for _, k := range sortedKeys(secrets) {
		out = append(out, entry{key: k, value: ref{"secret", s.Draft.labels["secrets "+secrets[k]]}, path: s.path("secrets")})
	}
	for _, k := range sortedKeys(mapOf(s.m["environment"])) {
		if f := s.mounted[envKey(s.name, k)]; f != nil {
			out = append(out, entry{key: f.variable, value: ref{"secret", f.secret.label}, path: s.path("environment", k), comment: s.s.comment(s.path("environment", k)...)})
		}
	}
	if len(out) > 0 {
		s.set("secret_env", out, "secrets")
	}
	var refs, rest []any
	for _, u := range listOf(s.m["secrets"]) {
		switch name := str(at(u, "source")); {
		case !s.secretTyped(name):
			if s.written("secrets", name) {
				rest = append(rest, u)
			}
		case s.secretVariable(s.m, name) == "":
			refs = append(refs, ref{"secret", s.Draft.labels["secrets "+name]})
		}
	}
	if len(refs) > 0 {
		s.set("secrets", refs, "secrets")
	}
	if len(rest) > 0 {
		for _, k := range sortedKeys(secrets) { // `compose` replaces the list
			rest = append(rest, map[string]any{"source": secrets[k]})
		}
		s.pass("secrets", rest)
	}
}

var wholeNumber = regexp.MustCompile(`^(0|[1-9][0-9]{0,14})$`)

func isNumber(s string) bool { return wholeNumber.MatchString(s) }

// bare is a string as a number or bool, if that is written the same.
func bare(v any) any {
	s, ok := v.(string)
	switch {
	case !ok:
		return v
	case isNumber(s):
		return number(s)
	case s == "true" || s == "false":
		return s == "true"
	}
	return v
}

func number(s string) any { return json.Number(s) }
