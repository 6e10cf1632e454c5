package plan_test
import ("testing";"fmt";"reflect";"github.com/taktplan/takt/internal/oracle";"github.com/taktplan/takt/plan")
func rate(f oracle.Features, mode int)(int,int,string){
 bad,n,ex:=0,0,""
 for seed:=range uint64(400){
  rows:=oracle.RandomWith(seed,int(seed%25)+1,f)
  p,err:=planned(rows,plan.Options{}); if err!=nil{panic(err)}
  for _,o:=range firstOrders(p){ 
    sets := [][]int{}
    _ = sets
    if mode==1 { o=o[:1] }
    n++
    if d:=checkFirming(rows,p,o); d!="" {bad++; if ex=="" {ex=fmt.Sprint(seed," ",d)}}
  }
 }
 return bad,n,ex
}
func TestZZFirm(t *testing.T){
 all:=oracle.AllFeatures()
 fmt.Println(rate(all,0))
 fmt.Println(rate(all,1))
 var none oracle.Features
 fmt.Println(rate(none,0))
 fmt.Println(rate(none,1))
 for i:=range reflect.TypeFor[oracle.Features]().NumField(){
  f:=none; reflect.ValueOf(&f).Elem().Field(i).SetBool(true)
  f.Sources=true
  b,n,ex:=rate(f,0)
  if b>0 {fmt.Println("only",reflect.TypeFor[oracle.Features]().Field(i).Name,b,n,ex)}
  f=all; reflect.ValueOf(&f).Elem().Field(i).SetBool(false)
  b,n,ex=rate(f,0)
  fmt.Println("without",reflect.TypeFor[oracle.Features]().Field(i).Name,b,n)
 }
}
