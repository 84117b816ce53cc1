package indicator
import ("testing";"os";"bufio";"encoding/json")
func TestZZ(t *testing.T){
 f,_:=os.Open("/work/shared/data/ioc/dev.jsonl"); sc:=bufio.NewScanner(f); sc.Buffer(nil,1<<26)
 o,_:=os.Create("/tmp/pred.jsonl"); defer o.Close(); e:=json.NewEncoder(o)
 type ind struct{ Type string `json:"type"`; Value string `json:"value"`}
 for sc.Scan(){ var c struct{ID, Text string}; json.Unmarshal(sc.Bytes(),&c)
  out:=[]ind{}; for _,x:=range Extract(c.Text){out=append(out,ind{x.Type,x.Value})}
  e.Encode(map[string]any{"id":c.ID,"indicators":out})}
}
