import { describe, expect, it } from '@jest/globals';
import { checkCommand } from './check-command.js';

const unless = (test: string, why: string) => `if ${test}; then echo '${why}' >&2; false; fi`;
/** What the shipped scripts render, as their own specs show it: the layers let nobody render them here. */
const download = (file: string, url: string) => `if command -v curl >/dev/null 2>&1; then curl -fsSL --globoff -o ${file}.part ${url}; else wget -q -O ${file}.part ${url}; fi && mv -f ${file}.part ${file}`;

interface Configured { stop: string; start: string; repo: string; context: string; owner: string; custom: string; url: string; file: string; prefix: string }

const artifactSteps = ({ stop, start, repo, context, owner, custom, url, file, prefix }: Configured): string[] => [
  stop, start, `export EDGE_ACTION=a-1 EDGE_HOST=s1 EDGE_ZONE=MUM EDGE_VERSION=${file} EDGE_VAR_PORT=8001; ${stop}`, `export EDGE_HOST='s1' EDGE_ZONE='north 1' EDGE_VERSION='${file}'; ${start}`,
  `mkdir -p ${repo}`,
  download(`${repo}/${file}`, `${url}/${file}`),
  `${download(`${repo}/${file}.sha256`, `${url}/${file}.sha256`)} && ${unless(`[ "$(grep -c . ${repo}/${file}.sha256)" != 1 ]`, `${repo}/${file}.sha256 has not one line: which one counts?`)} && printf '%s  %s\\n' "$(cut -d ' ' -f 1 ${repo}/${file}.sha256)" ${repo}/${file} | { if command -v sha256sum >/dev/null 2>&1; then sha256sum -c -; else shasum -a 256 -c -; fi; }`,
  `${download(`${repo}/${file}.md5`, `${url}/${file}.md5`)} && ${unless(`[ "$(grep -c . ${repo}/${file}.md5)" != 1 ]`, `${repo}/${file}.md5 has not one line: which one counts?`)} && printf '%s  %s\\n' "$(cut -d ' ' -f 1 ${repo}/${file}.md5)" ${repo}/${file} | md5sum -c -`,
  `rm -rf ${context} && mkdir -p ${context}`,
  `mkdir -p ${context} && tar -xzf ${repo}/${file} -C ${context}`, `mkdir -p ${context} && tar -xf ${repo}/app.tar -C ${context}`, `mkdir -p ${context} && unzip -oq ${repo}/app.zip -d ${context}`, `mkdir -p ${context} && cp ${repo}/app.war ${context}/`,
  `chown -R ${owner}:${owner} ${context}`, custom,
  `ls -1 ${repo} | sed -n 's/^${prefix}-\\([0-9][0-9]*\\)\\.tar\\.gz$/\\1/p' | sort -rn | tail -n +4 | head -n 100`,
  `rm -f ${repo}/${prefix}-38.tar.gz ${repo}/${prefix}-38.tar.gz.sha256 ${repo}/${prefix}-9.tar.gz ${repo}/${prefix}-9.tar.gz.sha256`,
];

const demo: Configured = { stop: 'sh app/stop', start: 'sh app/start', repo: 'repos', context: 'app', owner: 'edge', custom: 'sh app/count x 2 0.5', url: 'http://127.0.0.1:40101', file: 'shop-1.tar.gz', prefix: 'shop' };
const seed: Configured = { stop: '/etc/init.d/mmtwebd stop', start: '/etc/init.d/mmtwebd start', repo: '/opt/mmtrepos', context: '/opt/app', owner: 'mmytu', custom: '/opt/app/migrate', url: 'http://files.mum/SHOP', file: 'shop-42.tar.gz', prefix: 'shop' };
const tomcat: Configured = { ...seed, stop: 'systemctl stop svc', start: 'systemctl start svc', repo: '/opt/repo', context: '/opt/tomcat/webapps/shop', owner: 'tomcat', custom: 'sudo -u tomcat /opt/tomcat/bin/prepare.sh' };

/** What `file` and `tree` of the script library render. */
const putSteps = (root: string, mode: string) => {
  const into = `mkdir -p ${root} && cd -P ${root} && top=$(pwd -P) && top=\${top%/}`;
  const fresh = (name: string, file: string, folder = root) => `mkdir -p ./${name} && cd -P ./${name} && ${unless(`[ "$(pwd -P)" != "$here/"${name} ] || [ "$(find . -prune -user "$(id -u)")" != . ]`, `Somebody else has ${folder}/${name}: remove it when nobody needs it.`)} && trap 'rm -f ./${file}; cd -P .. && rmdir ./${name}' EXIT && trap 'exit 1' HUP INT TERM && chmod 700 . && rm -f ./${file}`;
  const written = (file: string, folder = root) => `${unless(`[ -d ../${file} ]`, `${folder}/${file} is a folder.`)} && printf %s 'port 80' > ./${file} && ${unless(`[ "$(cksum < ./${file})" != '102668556 7' ]`, `${folder}/${file} did not arrive whole.`)} && chown app:app ./${file} && chmod ${mode} ./${file}`;
  const here = 'cd -P "$top/" && here=$top';
  const below = `mkdir -p ./conf && cd -P ./conf && here=$here/conf && ${unless('[ "$(pwd -P)" != "$here" ]', `${root}/conf is a symbolic link.`)}`;
  return [
    `( ${into} && ( ${here} && ${fresh('.edge-new-1-2', 'app.conf')} && ${written('app.conf')} && mv -f ./app.conf ../ ) )`,
    `( ${into} && ( ${here} && ${fresh('.edge-new-1-2', 'x')} && ${written('x')} && ( ${here} && ${below} && ${fresh('.edge-new-1-2', 'app.conf', `${root}/conf`)} && ${written('app.conf', `${root}/conf`)} && mv -f ./app.conf ../ ) && mv -f ./x ../ ) )`,
  ];
};

const containerSteps = ['docker', 'podman'].flatMap((runtime) => [
  `printf %s "$REGISTRY_PASSWORD" | ${runtime} login --username ci --password-stdin registry.example:5000`,
  `${runtime} pull registry.example:5000/shop:2.0`,
  `if ${runtime} container inspect shop >/dev/null 2>&1; then ${runtime} stop -t 60 shop && ${runtime} rm -f shop; fi`,
  `${runtime} run -d --name shop -p 8080:80 -v '/srv/data dir:/data' -e 'GREETING=it'\\''s; rm -rf /' -e DB_PASSWORD registry.example:5000/shop:2.0`,
  `${runtime} container inspect shop >/dev/null 2>&1`, `${runtime} restart shop`,
]);

describe('commands of the shipped scripts', () => {
  it.each([...[demo, seed, tomcat].flatMap(artifactSteps), ...containerSteps, ...putSteps('/srv/app', '0644'), ...putSteps('/etc/tomcat9/conf', '0644')].map((command) => [command]))('may run: %s', (command) => {
    expect(checkCommand(command)).toMatchObject({ verdict: 'allow' });
  });

  it('look through a file that is put: its place counts', () => {
    for (const command of putSteps('/etc/sudoers.d', '0440')) expect(checkCommand(command).verdict).not.toBe('allow');
  });
});
