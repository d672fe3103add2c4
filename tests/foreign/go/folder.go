package main

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
)

var versions = []struct {
	number uint16
	name   string
}{{tls.VersionTLS12, "TLSv1.2"}, {tls.VersionTLS13, "TLSv1.3"}}

// Servers and names that each client meets; more only repeat what these say.
const (
	serversMet = 3
	namesTried = 12
)

type loaded struct {
	Server
	pair tls.Certificate
	leaf *x509.Certificate
}

func (folder Folder) judge(stranger *stranger) {
	var servers []loaded
	for _, server := range folder.Servers {
		server := server
		check(server.Title+": Go loads key and certificate", func() error {
			pair, err := tls.X509KeyPair([]byte(server.Chain), []byte(server.Key))
			if err != nil {
				return err
			}
			leaf, err := x509.ParseCertificate(pair.Certificate[0])
			if err != nil {
				return err
			}
			servers = append(servers, loaded{server, pair, leaf})
			return nil
		})
	}
	for _, client := range folder.Clients {
		folder.meet(client, servers, stranger)
	}
	for _, request := range folder.Requests {
		request := request
		check(request.Name+": Go reads the request, and its signature holds", request.judge)
	}
}

func (folder Folder) meet(client Client, servers []loaded, stranger *stranger) {
	var config *tls.Config
	if !check(client.Title+": Go loads CA, key and certificate", func() (err error) {
		config, err = client.config()
		return err
	}) {
		return
	}
	for _, host := range client.Hosts {
		answering := 0
		for _, server := range servers {
			if server.Kibana == client.ToKibana && server.leaf.VerifyHostname(host) == nil {
				answering++
			}
		}
		what := fmt.Sprintf("%s: %s is a name in a certificate", client.Title, host)
		if answering == 0 && folder.Waits {
			say("waiting %s", what)
			continue
		}
		check(what, func() error {
			if answering == 0 {
				return errors.New("no server's certificate carries it")
			}
			return nil
		})
	}
	met := 0
	for _, server := range servers {
		names := client.namesOf(server)
		if server.Kibana != client.ToKibana || len(names) == 0 || met == serversMet {
			continue
		}
		met++
		for _, version := range versions {
			what := fmt.Sprintf("%s -> %s %s", client.Title, server.Title, version.name)
			client.dial(what, config, server, names, version.number, stranger)
		}
	}
}

// namesOf are the names under which the client dials this server.
func (client Client) namesOf(server loaded) (names []string) {
	if len(client.Hosts) > 0 {
		for _, host := range client.Hosts {
			if server.leaf.VerifyHostname(host) == nil {
				names = append(names, host)
			}
		}
		return names
	}
	for _, name := range server.leaf.DNSNames {
		names = append(names, strings.Replace(name, "*", "any", 1))
	}
	for _, ip := range server.leaf.IPAddresses {
		names = append(names, ip.String())
	}
	if len(names) > namesTried {
		names = names[:namesTried]
	}
	return names
}

func (client Client) dial(what string, config *tls.Config, server loaded, names []string, version uint16, stranger *stranger) {
	check(fmt.Sprintf("%s as %v", what, names), func() error {
		for _, name := range names {
			for _, mode := range []string{client.Mode, "strict"} {
				seen, err := shake(verifying(config, mode, name), server.config(), version)
				if err != nil {
					return fmt.Errorf("as %s, mode %s: %w", name, mode, err)
				}
				if len(config.Certificates) > 0 && server.ClientAuth != "none" && seen == 0 {
					return errors.New("the server saw no certificate")
				}
			}
		}
		return nil
	})
	refused := func(why string, config *tls.Config, name, mode string) {
		check(what+" "+why+" is refused", func() error {
			_, err := shake(verifying(config, mode, name), server.config(), version)
			if err == nil {
				return errors.New("the handshake succeeded")
			}
			// A refusal for want of a common cipher would prove nothing.
			if !strings.Contains(err.Error(), "certificate") {
				return fmt.Errorf("refused for another reason: %w", err)
			}
			return nil
		})
	}
	refused("under another name", config, "not-in-the-sans.invalid", client.Mode)
	bare := config.Clone()
	bare.RootCAs = x509.NewCertPool()
	refused("without the CA", bare, names[0], client.Mode)
	if server.ClientAuth == "required" && len(config.Certificates) > 0 {
		bare := config.Clone()
		bare.Certificates = nil
		refused("without the client certificate", bare, names[0], client.Mode)
	}
	if server.ClientAuth != "none" {
		bare := config.Clone()
		bare.Certificates = nil
		// A polite client shows nothing to who does not name its CA.
		bare.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &stranger.pair, nil }
		refused("with a stranger's certificate", bare, names[0], client.Mode)
	}
}

func (request Request) judge() error {
	block, _ := pem.Decode([]byte(request.PEM))
	if block == nil {
		return errors.New("no PEM block")
	}
	parsed, err := x509.ParseCertificateRequest(block.Bytes)
	if err != nil {
		return err
	}
	if len(parsed.DNSNames)+len(parsed.IPAddresses) == 0 {
		return errors.New("asks for no names")
	}
	return parsed.CheckSignature()
}
