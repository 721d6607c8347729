package loader_test

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/omegagen/omegagen/hcl/loader"
)

func TestTmp(t *testing.T) {
	dir := os.Getenv("M")
	if dir == "" {
		t.Skip()
	}
	m, ds := loader.Load(loader.Input{FS: os.DirFS(dir), Dir: dir})
	for _, d := range ds {
		t.Log(d.Subject, d.Summary, d.Detail)
	}
	m.Files = nil
	b, err := json.MarshalIndent(m.Services, "", " ")
	t.Log(string(b), err)
}
