package exporter

var postgres = &Preset{
	Kind:      "postgres",
	Doc:       "PostgreSQL",
	Arguments: []string{"user", "password"},
	Metrics:   "postgres_exporter 0.17.1 at PostgreSQL 15",
	Values: func(w *watched) map[string]string {
		if w.database == "" {
			return map[string]string{"address": `"${service.WATCHED.host}:5432/postgres?sslmode=disable"`}
		}
		return map[string]string{"address": `"${service.WATCHED.host}:${database.DATABASE.port}/${database.DATABASE.name}?sslmode=disable"`}
	},
	Needs: func(w *watched) string {
		user, password := w.given("user"), w.given("password")
		switch {
		case user != password:
			return "`user` and `password` belong together: write both, or neither, so that the service's database block gets a role."
		case !user && w.database == "":
			return "No database block has service = service." + w.name + ", so there is no schema to add a role to. Add one, or write user = \"…\" and password = secret.x with a role that is a member of pg_monitor."
		}
		return ""
	},
}
