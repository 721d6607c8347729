// Command check reads a configuration as goreleaser reads it, strictly. It is built in
// a fraction of the time of goreleaser, whose own check also tells what is deprecated.
package main

import (
	"fmt"
	"os"

	"github.com/goreleaser/goreleaser/v2/pkg/config"
)

func main() {
	for _, name := range os.Args[1:] {
		if _, err := config.Load(name); err != nil {
			fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
			os.Exit(1)
		}
	}
}
