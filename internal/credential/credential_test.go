package credential

import "testing"

func TestNamed(t *testing.T) {
	for name, want := range map[string]bool{
		"POSTGRES_PASSWORD": true, "db_pass": true, "x-api-key": true, "TOKEN": true, "SECRET_KEY_BASE": true, "PGPASSWORD": true,
		"PWD": false, "OLDPWD": false, "BYPASS": false, "TOKEN_URL": false, "PASSWORD_FILE": false, "": false,
	} {
		if Named(name) != want {
			t.Errorf("Named(%q) = %v", name, !want)
		}
	}
}

func TestNever(t *testing.T) {
	for value, want := range map[string]bool{
		"True": true, "/run/secrets/x": true, "./x": true, "file:x": true, "http://x": true, "$X": true, "{{ x }}": true, "<x>": true,
		"X-Api-Key": true, "1.5h": true, "hunter2": false, "s3cret": false, "x/y": false, "12": false,
	} {
		if Never(value) != want {
			t.Errorf("Never(%q) = %v", value, !want)
		}
	}
}
