// Command judge lets Go's crypto/tls and crypto/x509 meet what stackseal wrote, checked as Beats check it.
// Standard library only, so that building it downloads nothing.
//
// Usage: judge <FOLDERS, the JSON that tests/support/judges/go.rs makes of the settings: Go has no YAML and
// reads no PKCS#12.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
)

// Folder is what one output folder holds, as PEM.
type Folder struct {
	Out      string    `json:"out"`
	Servers  []Server  `json:"servers"`
	Clients  []Client  `json:"clients"`
	Requests []Request `json:"requests"`
	// Waits says that certificates are still away, which may carry a name that no other does.
	Waits bool `json:"waits"`
}

// Server is a node's HTTP layer, or Kibana for browsers.
type Server struct {
	Title string `json:"title"`
	Chain string `json:"chain"`
	Key   string `json:"key"`
	// ClientAuth is none, optional or required.
	ClientAuth string `json:"client_auth"`
	ClientCAs  string `json:"client_cas"`
	Kibana     bool   `json:"kibana"`
}

// Client is one section of Metricbeat's settings, or somebody who has nothing but the CA.
type Client struct {
	Title string `json:"title"`
	// Hosts are the names it dials; with none it dials every name of every server.
	Hosts    []string `json:"hosts"`
	CAs      string   `json:"cas"`
	Chain    string   `json:"chain"`
	Key      string   `json:"key"`
	Mode     string   `json:"mode"`
	ToKibana bool     `json:"to_kibana"`
}

// Request is a certificate request that was sent away.
type Request struct {
	Name string `json:"name"`
	PEM  string `json:"pem"`
}

var passed, failed int

func say(format string, args ...any) {
	fmt.Println(strings.Join(strings.Fields(fmt.Sprintf(format, args...)), " "))
}

func check(what string, step func() error) bool {
	if err := step(); err != nil {
		failed++
		say("FAIL %s: %v", what, err)
		return false
	}
	passed++
	say("ok %s", what)
	return true
}

func main() {
	var folders []Folder
	if err := json.NewDecoder(os.Stdin).Decode(&folders); err != nil {
		fmt.Fprintln(os.Stderr, "judge:", err)
		os.Exit(2)
	}
	stranger := newStranger()
	for _, folder := range folders {
		say("out %s", folder.Out)
		folder.judge(stranger)
	}
	say("judge go: %d passed, %d failed", passed, failed)
	if failed > 0 {
		os.Exit(1)
	}
}
