package clickhouse

import (
	"fmt"
	"runtime"
)

// packageVersion is the version of the npm packages that carry the engine.
const packageVersion = "26.7.3-stable.1"

// npmPackage is the package that carries the engine for one platform.
type npmPackage struct {
	name      string
	integrity string // of the packed file of packageVersion, as the registry publishes it
}

// packages are the known packages, by GOOS/GOARCH. The publisher has siblings for linux/arm64, darwin/arm64 and
// darwin/amd64 as well: each needs a line here with the integrity that `npm view NAME@VERSION dist.integrity` prints.
var packages = map[string]npmPackage{
	"linux/amd64": {
		name:      "@chdb/lib-linux-x64-gnu",
		integrity: "sha512-XP97mMqnc5tZpKQywR8N7cLTsHNiTmHr30pC5mzo3jWmukjKn2IBa60c2B/gWUNcuFjOMjWoorQICCqBVj5wpw==",
	},
}

// platformPackage returns the package for this machine.
func platformPackage() (npmPackage, error) {
	platform := runtime.GOOS + "/" + runtime.GOARCH
	p, ok := packages[platform]
	if !ok {
		return npmPackage{}, fmt.Errorf("no verified ClickHouse engine is known for %s: set %s to a libchdb.so, "+
			"or CLICKHOUSE_ADDR to a running server", platform, LibraryVariable)
	}
	return p, nil
}
