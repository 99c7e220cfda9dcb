// Sends requests by moov-io/iso8583 with its Spec87ASCII, unchanged, and prints what it reads of each answer. A request
// and an answer are a JSON object on a line: {"mti": "0800", "elements": {"7": "1122093001"}}.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"time"

	"github.com/moov-io/iso8583"
	"github.com/moov-io/iso8583/network"
	"github.com/moov-io/iso8583/specs"
)

type told struct {
	MTI      string         `json:"mti"`
	Elements map[int]string `json:"elements"`
}

func main() {
	connection, err := net.DialTimeout("tcp", "127.0.0.1:"+os.Args[1], time.Minute)
	check(err)
	requests := bufio.NewScanner(os.Stdin)
	for requests.Scan() {
		var request told
		check(json.Unmarshal(requests.Bytes(), &request))
		check(connection.SetDeadline(time.Now().Add(time.Minute)))
		send(connection, request)
		line, err := json.Marshal(receive(connection))
		check(err)
		fmt.Println(string(line))
	}
	check(requests.Err())
}

func send(connection io.Writer, request told) {
	message := iso8583.NewMessage(specs.Spec87ASCII)
	message.MTI(request.MTI)
	for number, value := range request.Elements {
		check(message.Field(number, value))
	}
	packed, err := message.Pack()
	check(err)
	header := network.NewBinary2BytesHeader()
	check(header.SetLength(len(packed)))
	_, err = header.WriteTo(connection)
	check(err)
	_, err = connection.Write(packed)
	check(err)
}

func receive(connection io.Reader) told {
	header := network.NewBinary2BytesHeader()
	_, err := header.ReadFrom(connection)
	check(err)
	packed := make([]byte, header.Length())
	_, err = io.ReadFull(connection, packed)
	check(err)
	message := iso8583.NewMessage(specs.Spec87ASCII)
	check(message.Unpack(packed))
	mti, err := message.GetMTI()
	check(err)
	answer := told{mti, map[int]string{}}
	for number := range message.GetFields() {
		if number > 1 {
			answer.Elements[number], err = message.GetString(number)
			check(err)
		}
	}
	return answer
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
