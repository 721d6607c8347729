package exporter

var redis = &Preset{
	Kind:      "redis",
	Doc:       "Redis or Valkey",
	Arguments: []string{"password", "port"},
	Metrics:   "redis_exporter 1.69.0 at Redis 7.0",
	Values: func(w *watched) map[string]string {
		// The exporter reads a password from a variable, or from a file of JSON, which a secret isn't.
		if w.given("password") {
			return map[string]string{"exposed": "true", "reason": `"redis_exporter reads no file with a plain password"`,
				"env": `{ REDIS_ADDR = "redis://${service.WATCHED.host}:${exporter.port}", REDIS_PASSWORD = exporter.password }`}
		}
		return map[string]string{"exposed": "null", "reason": "null", "env": `{ REDIS_ADDR = "redis://${service.WATCHED.host}:${exporter.port}" }`}
	},
}
