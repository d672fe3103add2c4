package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"time"
)

const patience = 8 * time.Second

// config is what elastic-agent-libs' tlscommon makes of an ssl section: a set list replaces the system's roots.
func (client Client) config() (*tls.Config, error) {
	config := &tls.Config{RootCAs: x509.NewCertPool()}
	count := 0
	for rest := []byte(client.CAs); ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		ca, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, err
		}
		if !ca.IsCA || !ca.BasicConstraintsValid {
			return nil, fmt.Errorf("%s is no CA", ca.Subject)
		}
		config.RootCAs.AddCert(ca)
		count++
	}
	if count == 0 {
		return nil, errors.New("file is not a certificate")
	}
	if client.Chain == "" {
		return config, nil
	}
	pair, err := tls.X509KeyPair([]byte(client.Chain), []byte(client.Key))
	config.Certificates = []tls.Certificate{pair}
	return config, err
}

// verifying is tlscommon's makeVerifyConnection: strict leaves all to Go, the others check by themselves.
func verifying(config *tls.Config, mode, name string) *tls.Config {
	made := config.Clone()
	made.ServerName = name
	if mode == "strict" {
		return made
	}
	made.InsecureSkipVerify = true
	made.VerifyConnection = func(state tls.ConnectionState) error {
		options := x509.VerifyOptions{Roots: config.RootCAs, Intermediates: x509.NewCertPool()}
		for _, each := range state.PeerCertificates[1:] {
			options.Intermediates.AddCert(each)
		}
		if _, err := state.PeerCertificates[0].Verify(options); err != nil {
			return err
		}
		if mode == "certificate" {
			return nil
		}
		return state.PeerCertificates[0].VerifyHostname(name)
	}
	return made
}

func (server loaded) config() *tls.Config {
	config := &tls.Config{Certificates: []tls.Certificate{server.pair}}
	if server.ClientAuth != "none" {
		config.ClientCAs = x509.NewCertPool()
		config.ClientCAs.AppendCertsFromPEM([]byte(server.ClientCAs))
		config.ClientAuth = tls.VerifyClientCertIfGiven
	}
	if server.ClientAuth == "required" {
		config.ClientAuth = tls.RequireAndVerifyClientCert
	}
	return config
}

// shake lets both ends hear each other; it gives how many certificates the server saw.
func shake(client, server *tls.Config, version uint16) (int, error) {
	client.MinVersion, client.MaxVersion = version, version
	near, far, err := connected()
	if err != nil {
		return 0, err
	}
	defer near.Close()
	defer far.Close()
	for _, each := range []net.Conn{near, far} {
		_ = each.SetDeadline(time.Now().Add(patience))
	}
	answering := tls.Server(far, server)
	heard := make(chan error, 1)
	go func() {
		// With TLS 1.3 a client is done before the server has judged it: only a word that comes back proves that both agreed.
		word := make([]byte, 5)
		_, err := answering.Read(word)
		if err == nil {
			_, err = answering.Write(word)
		}
		if err != nil {
			far.Close()
		}
		heard <- err
	}()
	dialling := tls.Client(near, client)
	word := []byte("hello")
	_, err = dialling.Write(word)
	if err == nil {
		_, err = dialling.Read(word)
	}
	if err != nil {
		near.Close()
		if theirs := <-heard; theirs != nil && !errors.Is(theirs, net.ErrClosed) {
			return 0, fmt.Errorf("%w (server: %v)", err, theirs)
		}
		return 0, err
	}
	return len(answering.ConnectionState().PeerCertificates), <-heard
}

// connected are two ends over 127.0.0.1: a pipe in memory blocks when both ends write, as they do while refusing.
func connected() (near, far net.Conn, err error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, nil, err
	}
	defer listener.Close()
	if near, err = net.Dial("tcp", listener.Addr().String()); err != nil {
		return nil, nil, err
	}
	far, err = listener.Accept()
	return near, far, err
}

// stranger has a good client certificate of a CA that nobody here knows.
type stranger struct{ pair tls.Certificate }

func newStranger() *stranger {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	ca := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Stranger CA"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	leaf := *ca
	leaf.SerialNumber, leaf.Subject.CommonName, leaf.IsCA = big.NewInt(2), "stranger", false
	leaf.KeyUsage, leaf.ExtKeyUsage = x509.KeyUsageDigitalSignature, []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	signed, err := x509.CreateCertificate(rand.Reader, &leaf, ca, &key.PublicKey, key)
	if err != nil {
		panic(err)
	}
	return &stranger{tls.Certificate{Certificate: [][]byte{signed}, PrivateKey: key}}
}
