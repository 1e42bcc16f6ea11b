module github.com/scimeter/scimeter/internal/rivals

go 1.26.0

replace github.com/scimeter/scimeter => ../..

require (
	github.com/prometheus/procfs v0.23.0
	github.com/scimeter/scimeter v0.0.0
	github.com/stretchr/testify v1.12.1
)

require (
	go.yaml.in/yaml/v3 v3.0.5 // indirect
	golang.org/x/sync v0.24.0 // indirect
	golang.org/x/sys v0.49.0 // indirect
)
