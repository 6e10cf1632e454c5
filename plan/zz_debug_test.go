package plan_test
import ("testing";"fmt";"os";"strconv";"github.com/taktplan/takt/internal/oracle")
func TestZZDebug(t *testing.T){
 s,_:=strconv.ParseUint(os.Getenv("SEED"),10,64); n,_:=strconv.Atoi(os.Getenv("SIZE"))
 if n==0 {t.Skip()}
 rows:=oracle.Random(s,n); p:=planOf(t,rows)
 for s:= range p.Model().Stock(){ fmt.Printf("%+v\n",s)}
 for i:=range p.Network().Parts { fmt.Println(i,p.Network().Label(0), fmt.Sprintf("%+v",p.Network().Parts[i])) }
 for g:=range p.Material().Pegging(){ if g.Part==9 {fmt.Printf("%+v\n",g)}}
 for _,r:=range p.Material().StockRequirements(9){fmt.Printf("%+v\n",r)}
 fmt.Println(rows.Settings)
}
