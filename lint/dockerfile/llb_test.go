package dockerfile

import "testing"

func TestSameBuild(t *testing.T) {
	const file = "ARG V=1\nFROM alpine:${V} AS a\nARG V\nENV A=$V\nRUN echo $A\nCOPY x /x\nFROM a\nUSER 1\n"
	for name, c := range map[string]struct {
		other, target string
		args          map[string]string
		same          bool
	}{
		"the same":              {file, "", nil, true},
		"resolved":              {"FROM alpine:1 AS first\nARG V=1\nENV A=1\nRUN echo $A\nCOPY x /x\nFROM first\nUSER 1\nLABEL a=b\n", "", nil, true},
		"another argument":      {"FROM alpine:1 AS first\nARG V=1\nENV A=1\nRUN echo $A\nCOPY x /x\nFROM first\nUSER 1\n", "", map[string]string{"V": "2"}, false},
		"another base":          {"FROM alpine:2 AS a\nARG V=1\nENV A=1\nRUN echo $A\nCOPY x /x\nFROM a\nUSER 1\n", "", nil, false},
		"another user":          {"FROM alpine:1 AS a\nARG V=1\nENV A=1\nRUN echo $A\nCOPY x /x\nFROM a\nUSER 2\n", "", nil, false},
		"a user elsewhere":      {"FROM alpine:1 AS a\nARG V=1\nENV A=1\nRUN echo $A\nCOPY x /x\nFROM a\nUSER 2\n", "a", nil, true},
		"another copy":          {"FROM alpine:1 AS a\nARG V=1\nENV A=1\nRUN echo $A\nCOPY x /y\nFROM a\nUSER 1\n", "", nil, false},
		"another command":       {"FROM alpine:1 AS a\nARG V=1\nENV A=1\nRUN echo  $A\nCOPY x /x\nFROM a\nUSER 1\n", "", nil, false},
		"what BuildKit refuses": {"FROM alpine\nRUNN x\n", "", nil, false},
	} {
		if err := SameBuild([]byte(file), []byte(c.other), c.args, c.target); (err == nil) != c.same {
			t.Errorf("%s: %v", name, err)
		}
	}
}
