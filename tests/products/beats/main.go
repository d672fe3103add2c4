// beatscheck is Metricbeat's way to its settings, by the library that Beats use: it opens the keystore, loads
// metricbeat.yml and the files of modules.d, and builds every connection that they name.
//
//	beatscheck load CONFIG              settings, references and TLS files load
//	beatscheck connect CONFIG LINE      each Elasticsearch and Kibana answers, too
//	beatscheck seal KEYSTORE SECRETS    `metricbeat keystore add` for each file of a folder
//
// It prints a line for each check, "ok WHAT" or "FAIL WHAT: WHY", and ends with 1 when one failed.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/elastic/elastic-agent-libs/config"
	"github.com/elastic/elastic-agent-libs/keystore"
	"github.com/elastic/elastic-agent-libs/logp"
	"github.com/elastic/go-ucfg"
)

func main() {
	quiet := logp.DefaultConfig(logp.DefaultEnvironment)
	quiet.ToStderr, quiet.ToFiles, quiet.Level = true, false, logp.WarnLevel
	err := logp.Configure(quiet)
	args := os.Args[1:]
	switch {
	case err != nil:
	case len(args) == 2 && args[0] == "load":
		err = judge(args[1], "")
	case len(args) == 3 && args[0] == "connect":
		err = judge(args[1], args[2])
	case len(args) == 3 && args[0] == "seal":
		err = seal(args[1], args[2])
	default:
		err = fmt.Errorf("cannot use %q", args)
	}
	if err != nil {
		fmt.Println("FAIL beatscheck:", err)
		os.Exit(1)
	}
}

// load opens what metricbeat.yml of this folder names as its keystore, then the file itself with references to it.
func load(folder string) (*config.C, error) {
	file := filepath.Join(folder, "metricbeat.yml")
	if err := trusted(file); err != nil {
		return nil, err
	}
	// The place of the keystore stands in the same file and may hold no reference.
	plain, err := readYAML(file)
	if err != nil {
		return nil, err
	}
	path, err := plain.String("keystore.path", -1)
	if err != nil {
		path = filepath.Join(folder, "data", "metricbeat.keystore")
	}
	store, err := keystore.NewFileKeystoreWithStrictPerms(path, true)
	if err != nil {
		return nil, fmt.Errorf("keystore %s: %w", path, err)
	}
	config.OverwriteConfigOpts([]ucfg.Option{
		ucfg.PathSep("."), ucfg.Resolve(keystore.ResolverWrap(store)), ucfg.ResolveEnv, ucfg.VarExp,
	})
	return readYAML(file)
}

func readYAML(file string) (*config.C, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return config.NewConfigWithYAML(text, file)
}

// seal stores each file of a folder under its name, as the product's own command does.
func seal(path, secrets string) error {
	store, err := keystore.NewFileKeystore(path)
	if err != nil {
		return err
	}
	writable, err := keystore.AsWritableKeystore(store)
	if err != nil {
		return err
	}
	entries, err := os.ReadDir(secrets)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		value, err := os.ReadFile(filepath.Join(secrets, entry.Name()))
		if err != nil {
			return err
		}
		if err := writable.Store(entry.Name(), value); err != nil {
			return err
		}
	}
	return writable.Save()
}
