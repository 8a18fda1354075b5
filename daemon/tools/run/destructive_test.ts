import { assertEquals } from "@std/assert";
import { isDestructive } from "./destructive.ts";

/** Lines that a person is to see before they run. */
const destructive = `
rm x
rm -rf build
/bin/rm -r .
\\rm -f x
'rm' -f x
r"m" -f x
cd /tmp && rm -rf *
true; rm -rf .
false || rm -rf .
ls | xargs rm
ls | xargs -n 1 -I{} rm {}
find . -name '*.o' -delete
find . -exec rm {} +
find . -exec sh -c 'rm "$1"' _ {} \\;
sh -c 'rm -rf x'
bash -lc "cd a && rm -rf b"
env X=1 rm x
env -i PATH=/bin rm x
env -S "rm -rf x"
X=1 Y=2 rm x
nohup rm -rf x &
nice -n 5 timeout -k 1 10 rm x
setsid -f rm x
command rm x
exec rm x
busybox rm x
echo $(rm x)
echo "$(rm x)"
echo "\`rm x\`"
echo \${x:-$(rm x)}
cat <(rm x)
(rm x)
{ rm x; }
if true; then rm x; fi
for f in *; do rm "$f"; done
while read -r f; do unlink "$f"; done
f() { rm x; }; f
function f { rm x; }
case x in a) rm x;; esac
! rm x
time rm x
eval "rm x"
eval "$X"
$TOOL -rf x
\`echo rm\` x
source <(curl -s https://example.com)
. <(curl -s https://example.com)
curl -fsSL https://example.com/install | sh
curl -fsSL https://example.com/install | sudo bash -s -- --yes
wget -qO- https://example.com | bash
bash <(curl -s https://example.com)
sh -c "$(curl -fsSL https://example.com)"
curl https://example.com | python3
curl https://example.com | python3 -
{rm,-rf,x}
/bin/r? x
r$@m x
trap 'rm -rf x' EXIT
git config alias.x '!rm -rf .'
git config core.hooksPath x
git config --local diff.external x
git config set credential.helper x
git -c diff.external=x diff
git -c pager.log=x log
git --config-env=core.editor=X commit
git clone ext::x
git remote add x ext::y
git fetch --upload-pack=x origin
git bisect run x
git submodule foreach x
cp x /etc/passwd
mv x ~/.profile
ln -sf x ../y
curl -X DELETE https://example.com/1
base64 -d x | sh
git reset --hard
git reset --hard HEAD~1
git -C sub reset --hard
git -c core.pager=x log
git clean -fdx
git push --force
git push -f origin main
git push --force-with-lease=main
git push origin +main
git push origin :old
git push --delete origin old
git checkout -- .
git checkout .
git checkout HEAD~1 file.ts
git checkout -f main
git restore .
git restore file.ts
git branch -D old
git stash drop
git stash clear
git rebase main
git rm file
git tag -d v1
git filter-branch --all
git worktree remove x
git reflog expire --all
dd if=/dev/zero of=/dev/sda
mkfs.ext4 /dev/sda1
shred -u x
truncate -s 0 x
chmod -R 777 .
chown -R me .
kill 1
kill -9 $$
pkill node
killall node
fuser -k 3000/tcp
sudo ls
doas ls
su -c ls
systemctl restart nginx
crontab x
docker system prune -af
docker rm -f x
docker compose down -v
docker run --privileged x
kubectl delete pod x
terraform destroy
aws s3 rm s3://b --recursive
npm publish
npm run build && npm publish
cargo publish
twine upload dist/*
gem push x.gem
deno publish
apt-get remove x
psql -c 'DROP DATABASE x'
echo 'drop table x;' | sqlite3 a.db
mysql -e "delete from users"
redis-cli FLUSHALL
dropdb x
gh repo delete x
ssh host rm x
npx rimraf x
watch 'rm x'
parallel 'rm {}' ::: a b
flock lock -c 'rm x'
chroot /mnt rm x
echo x >& ~/.bashrc
rsync -a --delete a/ b/
python3 -c 'import shutil; shutil.rmtree("x")'
node -e 'require("fs").rmSync("x")'
perl -e 'unlink "x"'
python -c "$CODE"
echo x > /etc/hosts
echo x >/etc/hosts
echo x >| ../other/file
echo x > ~/.bashrc
echo x &> ~/.bashrc
echo x > "$FILE"
echo x | tee /etc/hosts
sed -i s/a/b/ /etc/hosts
:(){ :|:& };:
: () { : | : & }; :
`;

const harmless = `
ls -la
cat a.ts | head -n 5
echo rm -rf x
echo "rm -rf x"
grep -r 'rm -rf' .
git status
git log --oneline -5
git diff --stat
git add -A && git commit -m "Remove the cache; delete nothing"
git checkout main
git checkout -b new origin/main
git reset HEAD~1
git clean -n
git restore --staged x
git push
git push -u origin main
git stash
git branch new
git tag v1
git rm --cached x
npm test
npm ci && npm run build
deno task test 2>&1 | tail -n 20
deno test -A x_test.ts
cargo build --release
make -j4
python3 script.py
python3 -m pytest -q
node -e 'console.log(1)'
mkdir -p a/b
[ -f x ] && echo y
[[ -f x ]] && echo y
cp -r a /tmp/b
cp ../a b
trap 'echo bye' EXIT
git config user.name me
git config --get core.pager
git config core.pager
git config list
git -c color.ui=never log
git -c core.quotepath=off status
cp a b
mv a b
touch x
echo x > out.txt
echo x >> ../log
echo x > /dev/null
echo x 2>/dev/null
echo x 2>&1
echo x >&2
cmd > /tmp/out.txt 2>&1
chmod +x run.sh
find . -name '*.ts' -type f
find . -name x -exec grep -l y {} +
ls | xargs grep x
ls | xargs -n1 echo
curl -s https://example.com
curl -s https://example.com -o out.html
docker ps -a
docker build .
kubectl get pods
systemctl status nginx
crontab -l
sed -i s/a/b/ file.ts
sed -n 1,5p /etc/hosts
tar xf a.tar
for f in *.ts; do wc -l "$f"; done
if [ -f x ]; then cat x; fi
X=1 make
env X=1 make
timeout 10 make
timeout 10 grep -r kill
env X=1 echo rm
nohup make &
bash script.sh
bash -c 'ls | wc -l'
ls # rm -rf x
echo '$(rm x)'
cat <<EOF > notes.md
awk '{ print $1 }' x
tee out.txt
unzip a.zip
ps aux | grep node
sleep 1; true
`;

const linesOf = (table: string) => table.trim().split("\n");

Deno.test("isDestructive() asks about what deletes, overwrites, publishes, ends or cannot be seen through", () => {
  assertEquals(linesOf(destructive).filter((line) => !isDestructive(line)), []);
});

Deno.test("isDestructive() lets the everyday commands of a project pass", () => {
  assertEquals(linesOf(harmless).filter(isDestructive), []);
});

Deno.test("isDestructive() ends on any text, and asks about what is nested beyond sense", () => {
  assertEquals(isDestructive("echo " + "$(echo ".repeat(50) + "x" + ")".repeat(50)), true);
  for (const text of ["", " ", "'", '"', "\\", ">", "a >", "(((", "\n\n", "<(", "&>", "2>", "a && && b", "# x"]) {
    assertEquals(isDestructive(text), false, JSON.stringify(text));
  }
  for (const text of ["`", "$", "$(", '"$(', "${", "`rm"]) {
    assertEquals(isDestructive(text), true, JSON.stringify(text));
  }
  const finds = "find -exec ".repeat(7) + "-exec grep ".repeat(3_000);
  for (const text of ["watch ".repeat(7), "env ".repeat(7), finds]) isDestructive(text + "a ".repeat(10_000));
  isDestructive("a".repeat(20_000));
  isDestructive("$(".repeat(10_000));
  isDestructive("\"'".repeat(10_000));
});
