package importer

// secretTyped reports whether a secret has a block: all services that mount it do so at its usual place; all builds know it by its name. With --faithful only those of builds have one, which have no other word.
func (d *Draft) secretTyped(name string) bool {
	m := mapOf(at(d.s.model, "secrets", name))
	if d.at("secrets", name) != typed || !only(m, "name", "file", "environment") || str(m["file"]) == "" && str(m["environment"]) == "" || m["name"] != nil {
		return false
	}
	used := false
	for service, x := range mapOf(d.s.model["services"]) {
		for _, u := range listOf(at(x, "secrets")) {
			if str(at(u, "source")) != name {
				continue
			}
			used = true
			if d.s.opts.Faithful || !only(mapOf(u), "source", "target") || !inSecrets(name, str(at(u, "target"))) || d.at("services", service, "secrets") != typed {
				return false
			}
		}
		for _, u := range listOf(at(x, "build", "secrets")) {
			if str(at(u, "source")) != name {
				continue
			}
			used = true
			if id := str(at(u, "target")); id != "" && id != name || !only(mapOf(u), "source", "target") {
				return false // the steps mount it by the secret's name
			}
		}
	}
	return used && d.labels["secrets "+name] == name
}

// inSecrets reports whether a secret is mounted where each is unless said otherwise.
func inSecrets(name, target string) bool {
	return target == "" || target == name || target == "/run/secrets/"+name
}

// secretVariable is the variable of a service that has the path of the secret's file.
func (d *Draft) secretVariable(service map[string]any, secret string) string {
	for _, k := range sortedKeys(mapOf(service["environment"])) {
		if v, ok := at(service, "environment", k).(string); ok && v == "/run/secrets/"+secret {
			return k
		}
	}
	return ""
}

func (d *Draft) secretFiles() {
	for _, name := range sortedKeys(mapOf(d.s.model["secrets"])) {
		if !d.secretTyped(name) {
			continue
		}
		m := mapOf(at(d.s.model, "secrets", name))
		b := &block{kind: "secret", label: name, path: []string{"secrets", name}, comment: d.s.comment("secrets", name)}
		if m["file"] != nil {
			b.set(d, "from", "file", "secrets", name, "file")
			b.set(d, "file", fromDefaultKit(m["file"]), "secrets", name, "file")
		} else {
			b.set(d, "from", "env", "secrets", name, "environment")
			b.set(d, "env", m["environment"], "secrets", name, "environment")
		}
		d.add(b)
	}
}
