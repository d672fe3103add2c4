package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/elastic/elastic-agent-libs/config"
	"github.com/elastic/elastic-agent-libs/kibana"
	"github.com/elastic/elastic-agent-libs/transport/httpcommon"
)

const patience = 15 * time.Second

var failed = 0

func say(what string, err error) bool {
	if err != nil {
		failed++
		fmt.Printf("FAIL %s: %v\n", what, err)
		return false
	}
	fmt.Println("ok", what)
	return true
}

// endpoint is what output.elasticsearch, monitoring.elasticsearch and the elasticsearch module have in common.
type endpoint struct {
	Hosts     []string                         `config:"hosts"`
	Protocol  string                           `config:"protocol"`
	Path      string                           `config:"path"`
	Username  string                           `config:"username"`
	Password  string                           `config:"password"`
	APIKey    string                           `config:"api_key"`
	Transport httpcommon.HTTPTransportSettings `config:",inline"`
}

func judge(folder, line string) error {
	all, err := load(folder)
	if !say("metricbeat.yml and its keystore", err) {
		return errors.New("metricbeat would not start")
	}
	output := section(all, "output.elasticsearch")
	check("output.elasticsearch", output, line)
	if own, err := all.Bool("monitoring.enabled", -1); err == nil && own {
		// As in libbeat, what a Beat says of itself goes where its output goes, but for what is set here.
		merged, err := config.MergeConfigs(output, section(all, "monitoring.elasticsearch"))
		say("monitoring.elasticsearch over output.elasticsearch", err)
		check("monitoring.elasticsearch", merged, line)
	}
	setup(all, line)
	modules(all, line)
	if failed > 0 {
		return fmt.Errorf("%d checks failed", failed)
	}
	return nil
}

func section(all *config.C, name string) *config.C {
	part, err := all.Child(name, -1)
	if !say(name, err) {
		return config.NewConfig()
	}
	return part
}

func check(name string, part *config.C, line string) {
	found := endpoint{Transport: httpcommon.DefaultHTTPTransportSettings()}
	err := part.Unpack(&found)
	if err == nil && found.APIKey != "" && (found.Username != "" || found.Password != "") {
		err = errors.New("cannot set both api_key and username/password")
	}
	if err == nil && len(found.Hosts) == 0 {
		err = errors.New("no hosts")
	}
	if !say(name+" loads", err) || line == "" {
		return
	}
	for _, host := range found.Hosts {
		target, err := kibana.MakeURL(found.Protocol, found.Path, host, 9200)
		if err == nil {
			err = found.ask(target, line)
		}
		say(fmt.Sprintf("%s: %s answers", name, host), err)
	}
}

func (e *endpoint) ask(target, line string) error {
	transport, err := e.Transport.RoundTripper()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, target, nil)
	if err != nil {
		return err
	}
	if e.Username != "" || e.Password != "" {
		request.SetBasicAuth(e.Username, e.Password)
	} else if e.APIKey != "" {
		request.Header.Set("Authorization", "ApiKey "+base64.StdEncoding.EncodeToString([]byte(e.APIKey)))
	}
	answer, err := (&http.Client{Transport: transport}).Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, 1<<20))
	if err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", answer.Status, body)
	}
	var root struct {
		Version struct{ Number string } `json:"version"`
	}
	if err := json.Unmarshal(body, &root); err != nil {
		return err
	}
	if root.Version.Number != line {
		return fmt.Errorf("version %q, not %q", root.Version.Number, line)
	}
	return nil
}

// setup is the connection by which dashboards are loaded; the library's client asks for the version when it is made.
func setup(all *config.C, line string) {
	if !all.HasField("setup") {
		return
	}
	part, err := all.Child("setup.kibana", -1)
	if err != nil {
		return
	}
	settings := kibana.DefaultClientConfig()
	if !say("setup.kibana loads", part.Unpack(&settings)) || line == "" {
		return
	}
	_, err = kibana.NewClientWithConfig(&settings, "Metricbeat", line, "", "")
	say("setup.kibana: "+settings.Host+" answers", err)
}

func modules(all *config.C, line string) {
	pattern, err := all.String("metricbeat.config.modules.path", -1)
	if !say("metricbeat.config.modules.path", err) {
		return
	}
	files, err := filepath.Glob(pattern)
	if !say("files of "+pattern, err) {
		return
	}
	for _, file := range files {
		name := filepath.Base(file)
		if !say(name+" may be read", trusted(file)) {
			continue
		}
		items, err := readYAML(file)
		if err == nil {
			err = each(name, items, line)
		}
		say(name+" loads", err)
	}
}

func each(name string, file *config.C, line string) error {
	var items []*config.C
	if err := file.Unpack(&items); err != nil {
		return err
	}
	for _, item := range items {
		head := struct {
			Module  string `config:"module"`
			Enabled bool   `config:"enabled"`
		}{Enabled: true}
		if err := item.Unpack(&head); err != nil {
			return err
		}
		if head.Enabled && head.Module == "elasticsearch" {
			check(name, item, line)
		}
	}
	return nil
}

// trusted repeats the rule of libbeat, which is not in the library: configuration belongs to root or to the Beat's
// own user, and nobody else may write it.
func trusted(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if stat, ok := info.Sys().(*syscall.Stat_t); ok && stat.Uid != 0 && int(stat.Uid) != os.Geteuid() {
		return fmt.Errorf("%s belongs to user %d, not to %d or root", path, stat.Uid, os.Geteuid())
	}
	if mode := info.Mode().Perm(); mode&0o022 != 0 {
		return fmt.Errorf("config file (%q) can only be writable by the owner but the permissions are %q", path, mode)
	}
	return nil
}
