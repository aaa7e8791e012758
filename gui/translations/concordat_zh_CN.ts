<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>Jobs</name>
    <message>
        <source>%1 has no profile %2</source>
        <translation>%1 没有名为 %2 的配置</translation>
    </message>
    <message>
        <source>the exploration was cancelled</source>
        <translation>探索已取消</translation>
    </message>
    <message>
        <source>%1 under %2 with %3 participants has more than %4 states, too many to draw</source>
        <translation>%1 在 %2 之下、有 %3 个参与者时，状态超过 %4 个，多得画不出来</translation>
    </message>
    <message>
        <source>take fewer participants, or a class with fewer faults</source>
        <translation>请减少参与者，或选故障较少的故障类</translation>
    </message>
    <message>
        <source>a run with a load has figures, but no trace</source>
        <translation>带负载的运行只有统计数据，没有轨迹</translation>
    </message>
    <message>
        <source>open a scenario without `load:`</source>
        <translation>请打开没有 `load:` 的场景</translation>
    </message>
    <message>
        <source>there is no such cell</source>
        <translation>没有这一格</translation>
    </message>
    <message>
        <source>the search was cancelled</source>
        <translation>搜索已取消</translation>
    </message>
    <message>
        <source>no counterexample was found</source>
        <translation>没有找到反例</translation>
    </message>
    <message>
        <source>the file may be of another version, or the search needs more time</source>
        <translation>文件可能来自别的版本，也可能是搜索时间不够</translation>
    </message>
    <message>
        <source>A step that you take has no time: a schedule only orders events.</source>
        <translation>你走的步没有时间：调度只规定事件的先后。</translation>
    </message>
    <message>
        <source>Only the first %1 of %2 steps can be followed: %3</source>
        <translation>%2 步中只能跟随前 %1 步：%3</translation>
    </message>
    <message>
        <source>no more faults</source>
        <translation>不再有故障</translation>
    </message>
    <message>
        <source>one more crash, also inside a step</source>
        <translation>再崩溃一次，也可以在一步之内</translation>
    </message>
    <message>
        <source>one more crash and one more recovery</source>
        <translation>再崩溃一次，再恢复一次</translation>
    </message>
    <message>
        <source>two more crashes and recoveries</source>
        <translation>再崩溃并恢复两次</translation>
    </message>
    <message>
        <source>one more lost message</source>
        <translation>再丢失一条消息</translation>
    </message>
    <message>
        <source>one more partition, which may heal</source>
        <translation>再分区一次，可以恢复</translation>
    </message>
    <message>
        <source>the faults of the scenario&apos;s `explore:`</source>
        <translation>场景的 `explore:` 所写的故障</translation>
    </message>
    <message>
        <source>in this state already</source>
        <translation>在当前状态就已如此</translation>
    </message>
    <message>
        <source>after 1 more step</source>
        <translation>再走 1 步之后</translation>
    </message>
    <message>
        <source>after %1 more steps</source>
        <translation>再走 %1 步之后</translation>
    </message>
    <message>
        <source>only runs past a bound could tell</source>
        <translation>只有超出界限的运行才能说明</translation>
    </message>
    <message>
        <source>the limit on %1 was hit</source>
        <translation>达到了 %1 的上限</translation>
    </message>
    <message>
        <source>Searched from this state: %1; rules of this run; %2</source>
        <translation>从当前状态开始搜索：%1；按这次运行的规则；%2</translation>
    </message>
    <message>
        <source>1 state</source>
        <translation>1 个状态</translation>
    </message>
    <message>
        <source>%1 states</source>
        <translation>%1 个状态</translation>
    </message>
    <message>
        <source>, until the first was found</source>
        <translation>，找到第一个为止</translation>
    </message>
    <message>
        <source>, no more exist</source>
        <translation>，再没有别的了</translation>
    </message>
    <message>
        <source>; not complete, %1</source>
        <translation>；没有搜完，%1</translation>
    </message>
    <message>
        <source>; runs past the bound `%1` are left out</source>
        <translation>；不包括超出界限 `%1` 的运行</translation>
    </message>
    <message>
        <source>from this state</source>
        <translation>从当前状态</translation>
    </message>
    <message>
        <source>Check from here</source>
        <translation>从这里检查</translation>
    </message>
    <message>
        <source>A violation from here</source>
        <translation>从这里开始的一个违反</translation>
    </message>
    <message>
        <source>A blocked run from here</source>
        <translation>从这里开始的一个阻塞</translation>
    </message>
    <message>
        <source>Can it happen from here: %1</source>
        <translation>从这里能否发生：%1</translation>
    </message>
    <message>
        <source>%1 happens %2</source>
        <translation>%1：%2会发生</translation>
    </message>
    <message>
        <source>somebody is blocked %1</source>
        <translation>%1有进程被阻塞</translation>
    </message>
    <message>
        <source>%1 is violated %2</source>
        <translation>%1：%2被违反</translation>
    </message>
    <message>
        <source>%1 happens in no run from here</source>
        <translation>%1：从这里开始的任何运行都不会发生</translation>
    </message>
    <message>
        <source>nobody blocks in any run from here</source>
        <translation>从这里开始的任何运行都没有进程阻塞</translation>
    </message>
    <message>
        <source>%1 holds in every run from here</source>
        <translation>%1：在从这里开始的所有运行中成立</translation>
    </message>
    <message>
        <source>%1: not known, %2</source>
        <translation>%1：未知，%2</translation>
    </message>
    <message>
        <source>from the state after step %1</source>
        <translation>从第 %1 步之后的状态</translation>
    </message>
    <message>
        <source>Step %1, %2, has excluded it: before that step it can still happen</source>
        <translation>第 %1 步（%2）排除了它：在这步之前它还可能发生</translation>
    </message>
    <message>
        <source>. The steps before were searched with the same faults in all</source>
        <translation>。对之前各步的搜索，允许的故障总数相同</translation>
    </message>
    <message>
        <source>Which step has excluded it is not known: from the state after step %1, %2</source>
        <translation>不知道是哪一步排除了它：从第 %1 步之后的状态搜索，%2</translation>
    </message>
    <message>
        <source>No run from the first state on reaches it either; why, and what would change that, was searched from the start of the run</source>
        <translation>从初始状态开始的任何运行也到不了它；原因，以及怎样才能改变，是从运行的起点搜索的</translation>
    </message>
    <message>
        <source>from the start</source>
        <translation>从起点</translation>
    </message>
</context>
<context>
    <name>LanguageMenu</name>
    <message>
        <source>&amp;Language</source>
        <translation>语言(&amp;L)</translation>
    </message>
    <message>
        <source>The language changes when the viewer is started again</source>
        <translation>语言将在下次启动查看器时改变</translation>
    </message>
    <message>
        <source>&amp;System</source>
        <translation>跟随系统(&amp;S)</translation>
    </message>
</context>
<context>
    <name>Lessons</name>
    <message>
        <source>The happy path</source>
        <translation>一切顺利</translation>
    </message>
    <message>
        <source>The coordinator c asks everybody to prepare. Each participant writes down that it can (a filled square is a forced write), votes yes, and from then on may not decide alone: it is in doubt, which is the yellow bar. With all votes in, c writes down commit; this write is the moment of the decision. Go down with the arrow key and watch the bars end.</source>
        <translation>协调者 c 请所有参与者准备。每个参与者先写下自己能够提交（实心方块是一次强制写日志），再投赞成票；从此它不能独自作出决定，这就是“存疑”，图中的黄色竖条。收齐所有票之后，c 把“提交”写入日志，写成的那一刻就是作出决定的时刻。用向下的方向键逐步前进，看黄色竖条一一结束。</translation>
    </message>
    <message>
        <source>One says no</source>
        <translation>一票反对</translation>
    </message>
    <message>
        <source>One no is enough. Who votes no decides at once, because nothing can be committed without it. The others hear of it from c.</source>
        <translation>一张反对票就够了。投反对票的参与者可以立刻决定中止，因为没有它的同意，谁也提交不了。其他参与者则从 c 那里得知结果。</translation>
    </message>
    <message>
        <source>Why two-phase commit blocks</source>
        <translation>两阶段提交为什么会阻塞</translation>
    </message>
    <message>
        <source>Ask the others</source>
        <translation>问问别人</translation>
    </message>
    <message>
        <source>The same crash, but p2 asks p1, which knows. This is cooperative termination. It helps whenever somebody who is up has been told; if nobody has, all are in doubt together.</source>
        <translation>还是同样的崩溃，但这次 p2 去问 p1，而 p1 知道结果。这叫协作终止。只要有一个活着的进程已经得知决定，它就有用；如果谁也不知道，大家就一起存疑。</translation>
    </message>
    <message>
        <source>Why three phases split under a partition</source>
        <translation>三阶段提交为什么会在分区时分裂</translation>
    </message>
    <message>
        <source>A third phase lets processes decide by a timeout, without waiting for c. That is right if silence means a crash. Here the network is cut instead (the shaded part): one side times out to abort, the other to commit. The red line is where agreement breaks.</source>
        <translation>多出的第三个阶段让各进程可以在超时后自行决定，不必再等 c。如果“沉默”一定意味着崩溃，这样做是对的。可是这里断的是网络（阴影部分）：一侧超时后中止，另一侧超时后提交。红线就是一致性被破坏的地方。</translation>
    </message>
    <message>
        <source>Paxos Commit survives</source>
        <translation>Paxos Commit 挺得过去</translation>
    </message>
    <message>
        <source>Each vote is a decision of its own, taken by a majority of acceptors. The leader crashes with all votes in, and another one finds them there: nobody waits for a single log.</source>
        <translation>每一张票都由多数接受者（acceptor）单独达成一次共识。领导者在收齐所有票之后崩溃，另一个领导者能从接受者那里找回这些票：谁也不用苦等某一份日志。</translation>
    </message>
    <message>
        <source>Agreement, and uniform agreement</source>
        <translation>一致性与统一一致性</translation>
    </message>
    <message>
        <source>p1 decides in the first round and takes the reason with it. All that live agree on something else. For consensus this may do. For commit it does not: p1 has told its client, and its log will say so when it comes back.</source>
        <translation>p1 在第一轮就作出决定，随后崩溃，把决定的依据也一起带走了。活着的进程则一致决定了另一个结果。对共识来说，这也许可以接受；对原子提交来说却不行：p1 已经答复了它的客户端，等它恢复，它的日志也会这样说。</translation>
    </message>
    <message>
        <source>TCC without a fence</source>
        <translation>没有防护的 TCC</translation>
    </message>
    <message>
        <source>The try is lost, so the transaction is cancelled, and the cancel gives back what was never taken. The fence is a row that a branch writes with its work; it would have told the cancel that there is nothing to undo.</source>
        <translation>Try 请求丢失了，于是事务被取消，而 Cancel 归还了从未扣减过的东西：这就是没有处理好的空补偿。防护（fence）是分支在执行业务的同时写下的一行记录；有了它，Cancel 就会知道没有什么需要撤销。</translation>
    </message>
    <message>
        <source>A saga&apos;s dirty read</source>
        <translation>Saga 的脏读</translation>
    </message>
    <message>
        <source>t1 gives Alice 100 and will have to take them back. t2 sees and spends them first. No saga isolates another: the compensation finds nothing to take, and t1 never ends. The other variants show a semantic lock.</source>
        <translation>t1 给 Alice 加了 100，之后必须把它收回；t2 却抢先看到了这笔钱，并且花掉了。Saga 之间没有隔离：补偿时已经无钱可收，t1 永远结束不了。其他变体展示了语义锁。</translation>
    </message>
    <message>
        <source>Look at the end of the run, at p2: it is blocked, which the red label says. c has told p1 that it decided commit, and has crashed before it could tell p2. p2 has voted yes, so it may not abort, and it has not heard, so it may not commit. Its yellow bar has no end, and neither has the purple one, the lock on Bob&apos;s account. The red line NB among the properties says what would free it. Alt+Home goes to the first step.</source>
        <translation>请看运行末尾的 p2：它被阻塞了，红色标签说明了这一点。c 已告诉 p1 它决定提交，却在告诉 p2 之前崩溃。p2 投过赞成票，所以不能中止；它又没有得到消息，所以也不能提交。它的黄色条没有尽头，紫色条——Bob 账户上的锁——也没有。性质列表中红色的 NB 一行说明了什么能让它解脱。Alt+Home 回到第一步。</translation>
    </message>
</context>
<context>
    <name>Measures</name>
    <message>
        <source>from arrival to the answer commit</source>
        <translation>从到达到答复“提交”</translation>
    </message>
    <message>
        <source>until the answer commit: half of them take at most this</source>
        <translation>到答复“提交”：一半不超过此值</translation>
    </message>
    <message>
        <source>until the answer commit: 90 % of them take at most this</source>
        <translation>到答复“提交”：90 % 不超过此值</translation>
    </message>
    <message>
        <source>until the answer commit: 99 % of them take at most this</source>
        <translation>到答复“提交”：99 % 不超过此值</translation>
    </message>
    <message>
        <source>until the answer commit: 99.9 % of them take at most this</source>
        <translation>到答复“提交”：99.9 % 不超过此值</translation>
    </message>
    <message>
        <source>until the answer commit: 99.99 % of them take at most this</source>
        <translation>到答复“提交”：99.99 % 不超过此值</translation>
    </message>
    <message>
        <source>until the answer commit: the longest</source>
        <translation>到答复“提交”：最长的一次</translation>
    </message>
    <message>
        <source>from arrival to the answer abort</source>
        <translation>从到达到答复“中止”</translation>
    </message>
    <message>
        <source>until the answer abort: half of them take at most this</source>
        <translation>到答复“中止”：一半不超过此值</translation>
    </message>
    <message>
        <source>until the answer abort: 99 % of them take at most this</source>
        <translation>到答复“中止”：99 % 不超过此值</translation>
    </message>
    <message>
        <source>answers commit, in virtual time</source>
        <translation>答复“提交”的次数，按虚拟时间</translation>
    </message>
    <message>
        <source>answers of either kind</source>
        <translation>两种答复的次数</translation>
    </message>
    <message>
        <source>transactions committed by all who decided</source>
        <translation>作出决定者全都提交的事务</translation>
    </message>
    <message>
        <source>of the answers, abort</source>
        <translation>答复中“中止”的比例</translation>
    </message>
    <message>
        <source>of the answers: a row was locked</source>
        <translation>占答复的比例：行已被锁</translation>
    </message>
    <message>
        <source>of the answers: a row was taken, or a circle broken</source>
        <translation>占答复的比例：行被夺走，或为打破死锁而中止</translation>
    </message>
    <message>
        <source>of the answers: waited too long for a row</source>
        <translation>占答复的比例：等待行太久</translation>
    </message>
    <message>
        <source>of the answers: a no vote</source>
        <translation>占答复的比例：有反对票</translation>
    </message>
    <message>
        <source>of the answers: one of its nodes crashed</source>
        <translation>占答复的比例：它的某个节点崩溃</translation>
    </message>
    <message>
        <source>of the answers: a timer of the protocol</source>
        <translation>占答复的比例：协议的定时器到时</translation>
    </message>
    <message>
        <source>between nodes, per transaction</source>
        <translation>节点之间的消息，每个事务</translation>
    </message>
    <message>
        <source>forced log writes, per transaction</source>
        <translation>强制写日志的次数，每个事务</translation>
    </message>
    <message>
        <source>log records, per transaction</source>
        <translation>日志记录数，每个事务</translation>
    </message>
    <message>
        <source>a process in doubt, from its vote to its decision</source>
        <translation>进程存疑的时间，从投票到得知决定</translation>
    </message>
    <message>
        <source>a process in doubt: 99 % of them take at most this</source>
        <translation>进程存疑的时间：99 % 不超过此值</translation>
    </message>
    <message>
        <source>a process blocked, at a stretch: only a repair helps</source>
        <translation>进程一次连续阻塞的时间：只有修复才能解除</translation>
    </message>
    <message>
        <source>a process blocked, at a stretch: the longest</source>
        <translation>进程一次连续阻塞的时间：最长的一次</translation>
    </message>
    <message>
        <source>processes blocked: all of it together, per 1000 transactions</source>
        <translation>进程阻塞的总时间，每 1000 个事务</translation>
    </message>
    <message>
        <source>how often a process was blocked, per 1000 transactions</source>
        <translation>进程阻塞的次数，每 1000 个事务</translation>
    </message>
    <message>
        <source>processes blocked: all of it together, per crash of a node</source>
        <translation>进程阻塞的总时间，每次节点崩溃</translation>
    </message>
    <message>
        <source>a request for a row, until it is granted</source>
        <translation>从请求一行到得到它</translation>
    </message>
    <message>
        <source>a request for a row, until it is granted: 99 % of them take at most this</source>
        <translation>从请求一行到得到它：99 % 不超过此值</translation>
    </message>
    <message>
        <source>a row locked</source>
        <translation>一行被锁住的时间</translation>
    </message>
    <message>
        <source>a row locked: 99 % of them take at most this</source>
        <translation>一行被锁住的时间：99 % 不超过此值</translation>
    </message>
    <message>
        <source>some changes of a transaction stand, others do not</source>
        <translation>一个事务的改动只有一部分生效的时间</translation>
    </message>
    <message>
        <source>some changes of a transaction stand, others do not: 99 % of them take at most this</source>
        <translation>一个事务的改动只有一部分生效的时间：99 % 不超过此值</translation>
    </message>
    <message>
        <source>some changes of a transaction stand, others do not: the longest</source>
        <translation>一个事务的改动只有一部分生效的时间：最长的一次</translation>
    </message>
    <message>
        <source>answered within the deadline, of all that came</source>
        <translation>到达的事务中在期限内得到答复的比例</translation>
    </message>
    <message>
        <source>transactions that came when too many were there</source>
        <translation>到达时系统中已有太多事务、因而被拒的事务</translation>
    </message>
    <message>
        <source>transactions that are not over at the end</source>
        <translation>结束时还没有完成的事务</translation>
    </message>
    <message>
        <source>transactions that are over, and the client was never told</source>
        <translation>已经完成，而客户端从未得到答复的事务</translation>
    </message>
    <message>
        <source>transactions that some processes committed and some aborted</source>
        <translation>有的进程提交、有的进程中止的事务</translation>
    </message>
    <message>
        <source>reads of a change that was taken back</source>
        <translation>读到后来被撤销的改动的次数</translation>
    </message>
    <message>
        <source>reads of a change of an unfinished transaction</source>
        <translation>读到未完成事务的改动的次数</translation>
    </message>
    <message>
        <source>changes taken back, per 1000 transactions</source>
        <translation>撤销的改动，每 1000 个事务</translation>
    </message>
    <message>
        <source>timers that only repeat, per 1000 transactions</source>
        <translation>只是重复的定时器，每 1000 个事务</translation>
    </message>
    <message>
        <source>messages without effect, per 1000 transactions</source>
        <translation>没有作用的消息，每 1000 个事务</translation>
    </message>
    <message>
        <source>records of transactions that are not over</source>
        <translation>未完成事务的日志记录数</translation>
    </message>
    <message>
        <source>records of transactions that are not over: the most at one time</source>
        <translation>未完成事务的日志记录数：同时最多</translation>
    </message>
    <message>
        <source>a node down, until it is up</source>
        <translation>节点从宕机到恢复</translation>
    </message>
    <message>
        <source>handlers run and forces completed, of all transactions</source>
        <translation>所有事务运行的处理步骤和完成的强制写</translation>
    </message>
    <message>
        <source>per second</source>
        <translation>每秒</translation>
    </message>
    <message>
        <source>ms</source>
        <translation>毫秒</translation>
    </message>
</context>
<context>
    <name>QChartView</name>
    <message>
        <source>least</source>
        <translation>最小</translation>
    </message>
    <message>
        <source>most</source>
        <translation>最大</translation>
    </message>
    <message>
        <source>%1 (%2 of them, mean %3 ms)</source>
        <translation>%1（共 %2 个，平均 %3 毫秒）</translation>
    </message>
    <message>
        <source>How long until the client is told</source>
        <translation>客户端多久得到答复</translation>
    </message>
    <message>
        <source>ms</source>
        <translation>毫秒</translation>
    </message>
    <message>
        <source>commit</source>
        <translation>提交</translation>
    </message>
    <message>
        <source>abort</source>
        <translation>中止</translation>
    </message>
    <message>
        <source>How long each process is in doubt</source>
        <translation>各进程存疑多久</translation>
    </message>
    <message>
        <source>in doubt</source>
        <translation>存疑</translation>
    </message>
    <message>
        <source>Outcomes</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>transactions</source>
        <translation>事务</translation>
    </message>
    <message>
        <source>For each transaction</source>
        <translation>每个事务</translation>
    </message>
    <message>
        <source>on average</source>
        <translation>平均</translation>
    </message>
    <message>
        <source>Properties</source>
        <translation>性质</translation>
    </message>
    <message>
        <source>runs</source>
        <translation>运行</translation>
    </message>
    <message>
        <source>ok</source>
        <translation>成立</translation>
    </message>
    <message>
        <source>violated</source>
        <translation>违反</translation>
    </message>
    <message>
        <source>Messages, delays and forces, run %1, %2 participants</source>
        <translation>消息、延迟和强制写，运行方式 %1，%2 个参与者</translation>
    </message>
    <message>
        <source>counted</source>
        <translation>计数</translation>
    </message>
    <message>
        <source>messages</source>
        <translation>消息</translation>
    </message>
    <message>
        <source>delays</source>
        <translation>延迟</translation>
    </message>
    <message>
        <source>forces</source>
        <translation>强制写</translation>
    </message>
    <message>
        <source>After how many ms clients are told, and how many</source>
        <translation>客户端多少毫秒后得知结果，各有多少</translation>
    </message>
    <message>
        <source>variant</source>
        <translation>变体</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Choose points in the table above</source>
        <translation>请在上面的表格里选择点</translation>
    </message>
    <message>
        <source>time since the start (s)</source>
        <translation>从开始算起的时间（秒）</translation>
    </message>
    <message>
        <source>Nothing was measured</source>
        <translation>没有测到任何数据</translation>
    </message>
    <message>
        <source>%1 has no value here: it never happened</source>
        <translation>%1 在这里没有值：从未发生</translation>
    </message>
    <message>
        <source>Throughput over time</source>
        <translation>吞吐量随时间的变化</translation>
    </message>
    <message>
        <source>committed per second</source>
        <translation>每秒提交数</translation>
    </message>
    <message>
        <source>Availability over time</source>
        <translation>可用性随时间的变化</translation>
    </message>
    <message>
        <source>answered in time (%)</source>
        <translation>按时得到答复（%）</translation>
    </message>
    <message>
        <source>Until the client is told commit</source>
        <translation>客户端多久得知提交</translation>
    </message>
    <message>
        <source>commits up to this time (%)</source>
        <translation>到此时为止的提交（%）</translation>
    </message>
    <message>
        <source>commits in each bin (%)</source>
        <translation>每一段里的提交（%）</translation>
    </message>
    <message>
        <source>Nothing was committed</source>
        <translation>没有提交任何事务</translation>
    </message>
    <message>
        <source>How long a process is blocked, at a stretch</source>
        <translation>进程一次连续阻塞多久</translation>
    </message>
    <message>
        <source>stretches up to this time (%)</source>
        <translation>到此时为止的阻塞（%）</translation>
    </message>
    <message>
        <source>stretches in each bin (%)</source>
        <translation>每一段里的阻塞（%）</translation>
    </message>
    <message>
        <source>Nobody was blocked</source>
        <translation>没有谁被阻塞</translation>
    </message>
</context>
<context>
    <name>QObject</name>
    <message>
        <source>cannot write %1: %2</source>
        <translation>无法写入 %1：%2</translation>
    </message>
    <message>
        <source>a picture is .png, .svg or .pdf, not `%1`</source>
        <translation>图片只能是 .png、.svg 或 .pdf，不能是“%1”</translation>
    </message>
    <message>
        <source>the picture is too large for %1</source>
        <translation>图片太大，无法存成 %1</translation>
    </message>
    <message>
        <source>%1 at %2</source>
        <translation>%1，位于 %2</translation>
    </message>
    <message>
        <source>network cut: %1</source>
        <translation>网络分区：%1</translation>
    </message>
    <message>
        <source>%1 is violated: %2</source>
        <translation>违反 %1：%2</translation>
    </message>
    <message>
        <source>blocked</source>
        <translation>阻塞</translation>
    </message>
    <message>
        <source>crash</source>
        <translation>崩溃</translation>
    </message>
    <message>
        <source>all have voted</source>
        <translation>全部投票完毕</translation>
    </message>
    <message>
        <source>first decision</source>
        <translation>第一个决定</translation>
    </message>
    <message>
        <source>last decision</source>
        <translation>最后一个决定</translation>
    </message>
    <message>
        <source> at %1</source>
        <translation>，于 %1</translation>
    </message>
    <message>
        <source>messages</source>
        <translation>消息</translation>
    </message>
    <message>
        <source>log writes</source>
        <translation>写日志</translation>
    </message>
    <message>
        <source>timers</source>
        <translation>定时器</translation>
    </message>
    <message>
        <source>votes and decisions</source>
        <translation>投票与决定</translation>
    </message>
    <message>
        <source>store and locks</source>
        <translation>数据与锁</translation>
    </message>
    <message>
        <source>crashes and partitions</source>
        <translation>崩溃与分区</translation>
    </message>
    <message>
        <source>only t%1</source>
        <translation>只看 t%1</translation>
    </message>
    <message>
        <source>without %1 processes</source>
        <translation>隐藏 %1 个进程</translation>
    </message>
    <message>
        <source>without %1</source>
        <translation>隐藏 %1</translation>
    </message>
    <message>
        <source>no %1</source>
        <translation>隐藏%1</translation>
    </message>
    <message>
        <source>commit</source>
        <translation>提交</translation>
    </message>
    <message>
        <source>abort</source>
        <translation>中止</translation>
    </message>
    <message>
        <source>commit and abort</source>
        <translation>既有提交又有中止</translation>
    </message>
    <message>
        <source>no decision</source>
        <translation>没有决定</translation>
    </message>
    <message>
        <source>messages %1   forced writes %2</source>
        <translation>消息 %1   强制写 %2</translation>
    </message>
    <message>
        <source>last decision after %1</source>
        <translation>最后一个决定在 %1 之后</translation>
    </message>
    <message>
        <source>last decision at step %1</source>
        <translation>最后一个决定在第 %1 步</translation>
    </message>
    <message>
        <source>nobody decides</source>
        <translation>没有进程决定</translation>
    </message>
    <message>
        <source>blocked: %1</source>
        <translation>阻塞：%1</translation>
    </message>
    <message>
        <source>violated: %1</source>
        <translation>违反：%1</translation>
    </message>
    <message>
        <source>nobody is blocked, nothing is violated</source>
        <translation>无进程阻塞，无性质被违反</translation>
    </message>
    <message>
        <source>nobody blocked, nothing violated</source>
        <translation>无阻塞，无违反</translation>
    </message>
    <message>
        <source>decides: only commit from here on</source>
        <translation>定局：此后只能提交</translation>
    </message>
    <message>
        <source>decides: only abort from here on</source>
        <translation>定局：此后只能中止</translation>
    </message>
    <message>
        <source>point of no return: no run from here keeps every property</source>
        <translation>不可回头点：此后没有任何运行能保持所有性质</translation>
    </message>
    <message>
        <source>blocked until %1</source>
        <translation>阻塞，直到 %1</translation>
    </message>
    <message>
        <source>commit and abort are possible</source>
        <translation>提交和中止都可能</translation>
    </message>
    <message>
        <source>only commit</source>
        <translation>只能提交</translation>
    </message>
    <message>
        <source>only abort</source>
        <translation>只能中止</translation>
    </message>
    <message>
        <source>nobody can decide any more</source>
        <translation>再也没有进程能决定</translation>
    </message>
    <message>
        <source>not known</source>
        <translation>未知</translation>
    </message>
    <message>
        <source>no run from there keeps every property</source>
        <translation>此后没有任何运行能保持所有性质</translation>
    </message>
    <message>
        <source>Step %1 decides</source>
        <translation>第 %1 步定局</translation>
    </message>
    <message>
        <source>No step that is known decides</source>
        <translation>已知的步骤都没有定局</translation>
    </message>
    <message>
        <source>Both outcomes stay possible until the end</source>
        <translation>直到最后两种结果都可能</translation>
    </message>
    <message>
        <source>No step decides: one outcome alone is possible from the start, as votes and faults leave it</source>
        <translation>没有哪一步定局：由于投票和故障，从一开始就只有一种结果可能</translation>
    </message>
    <message>
        <source>; from step %1 on no run keeps every property</source>
        <translation>；从第 %1 步起没有任何运行能保持所有性质</translation>
    </message>
    <message>
        <source> (searched %1)</source>
        <translation>（已搜索 %1）</translation>
    </message>
</context>
<context>
    <name>concordat::gui::BenchModel</name>
    <message>
        <source>–</source>
        <translation>–</translation>
    </message>
    <message>
        <source>%1: it never happened</source>
        <translation>%1：从未发生</translation>
    </message>
    <message>
        <source>mean of %1 seeds, with its 95 % interval</source>
        <translation>%1 个种子的平均值，带 95 % 置信区间</translation>
    </message>
    <message>
        <source>of %1 seed, so without an interval</source>
        <translation>来自 %1 个种子，所以没有区间</translation>
    </message>
    <message>
        <source>%1 (stopped)</source>
        <translation>%1（已停止）</translation>
    </message>
    <message>
        <source>%1; seeds %2, ended runs: %3, transactions in each: %4</source>
        <translation>%1；种子 %2，完成的运行：%3，每次的事务：%4</translation>
    </message>
    <message>
        <source>Protocol</source>
        <translation>协议</translation>
    </message>
    <message>
        <source>Variant</source>
        <translation>变体</translation>
    </message>
</context>
<context>
    <name>concordat::gui::BenchPage</name>
    <message>
        <source>One &amp;measure</source>
        <translation>一项度量(&amp;M)</translation>
    </message>
    <message>
        <source>Over &amp;time</source>
        <translation>随时间(&amp;T)</translation>
    </message>
    <message>
        <source>&amp;Distributions</source>
        <translation>分布(&amp;D)</translation>
    </message>
    <message>
        <source>Chec&amp;ks</source>
        <translation>检查(&amp;K)</translation>
    </message>
    <message>
        <source>&amp;All measures</source>
        <translation>全部度量(&amp;A)</translation>
    </message>
    <message>
        <source>Points</source>
        <translation>点</translation>
    </message>
    <message>
        <source>Meas&amp;ure</source>
        <translation>度量(&amp;U)</translation>
    </message>
    <message>
        <source>a&amp;gainst</source>
        <translation>相对于(&amp;G)</translation>
    </message>
    <message>
        <source>Log &amp;x</source>
        <translation>对数横轴(&amp;X)</translation>
    </message>
    <message>
        <source>Log &amp;y</source>
        <translation>对数纵轴(&amp;Y)</translation>
    </message>
    <message>
        <source>&amp;Cumulative</source>
        <translation>累积(&amp;C)</translation>
    </message>
    <message>
        <source>Checks</source>
        <translation>检查</translation>
    </message>
    <message>
        <source>Open what `concordat bench FILE --json` prints, or a .json that `concordat bench --out FOLDER` has written.</source>
        <translation>请打开 `concordat bench FILE --json` 的输出，或 `concordat bench --out FOLDER` 写出的 .json 文件。</translation>
    </message>
    <message>
        <source>%1: it was stopped before anything had run. Run `concordat bench` again, and let it end.</source>
        <translation>%1：还没有任何运行就被停止了。请再运行一次 `concordat bench`，直到结束。</translation>
    </message>
    <message>
        <source>%1: points: %2, seeds: %3, transactions in each run: %4</source>
        <translation>%1：点数：%2，种子：%3，每次运行的事务：%4</translation>
    </message>
    <message>
        <source>It was stopped: some runs have not ended.</source>
        <translation>它被停止了：有些运行没有结束。</translation>
    </message>
    <message>
        <source>variant</source>
        <translation>变体</translation>
    </message>
    <message>
        <source>at %1 =</source>
        <translation>取 %1 =</translation>
    </message>
    <message>
        <source>Its values span less than two decades</source>
        <translation>它的值相差不到两个数量级</translation>
    </message>
    <message>
        <source>Zero is not on a logarithmic axis; left out: %1</source>
        <translation>对数轴上没有零；未画出的点：%1</translation>
    </message>
    <message>
        <source>Chosen in the table: %1 of %2 points</source>
        <translation>表格中选了 %1 个点，共 %2 个</translation>
    </message>
    <message>
        <source>; drawn are the first %1</source>
        <translation>；只画前 %1 个</translation>
    </message>
    <message>
        <source>. Mean of the runs; they begin and end at different times, so the ends are lower</source>
        <translation>。各次运行的平均；它们的起止时间不同，所以两端偏低</translation>
    </message>
    <message>
        <source>Chec&amp;ks: ✗ %1 of %2 failed</source>
        <translation>检查(&amp;K)：✗ %1 项不符，共 %2 项</translation>
    </message>
    <message>
        <source>Chec&amp;ks: ? %1 of %2 unknown</source>
        <translation>检查(&amp;K)：? %1 项未知，共 %2 项</translation>
    </message>
    <message>
        <source>Chec&amp;ks: ✓ all %1 held</source>
        <translation>检查(&amp;K)：✓ 全部 %1 项成立</translation>
    </message>
    <message>
        <source>The file claims nothing: its scenario has no `resembles:`.</source>
        <translation>这个文件没有要检查的说法：它的场景没有 `resembles:`。</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
</context>
<context>
    <name>concordat::gui::BranchModel</name>
    <message>
        <source>violates %1</source>
        <translation>违反 %1</translation>
    </message>
    <message>
        <source>Before the first step</source>
        <translation>第一步之前</translation>
    </message>
    <message>
        <source>or %1</source>
        <translation>或 %1</translation>
    </message>
</context>
<context>
    <name>concordat::gui::CheckModel</name>
    <message>
        <source>✓ held</source>
        <translation>✓ 成立</translation>
    </message>
    <message>
        <source>✗ failed</source>
        <translation>✗ 不符</translation>
    </message>
    <message>
        <source>? unknown</source>
        <translation>? 未知</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>Measure</source>
        <translation>度量</translation>
    </message>
    <message>
        <source>Protocol</source>
        <translation>协议</translation>
    </message>
    <message>
        <source>What the results say</source>
        <translation>结果说明了什么</translation>
    </message>
</context>
<context>
    <name>concordat::gui::CompareView</name>
    <message>
        <source>Check the runs that are to stand beside each other.</source>
        <translation>请勾选要并排显示的运行。</translation>
    </message>
    <message>
        <source>Sequence of %1</source>
        <translation>%1 的时序图</translation>
    </message>
</context>
<context>
    <name>concordat::gui::CompareWindow</name>
    <message>
        <source>Side by side — Concordat</source>
        <translation>并排比较 — Concordat</translation>
    </message>
    <message>
        <source>At most four of them:</source>
        <translation>最多四个：</translation>
    </message>
    <message>
        <source>Runs</source>
        <translation>运行</translation>
    </message>
    <message>
        <source>Add a &amp;file…</source>
        <translation>添加文件(&amp;F)…</translation>
    </message>
    <message>
        <source>The same scenario &amp;under</source>
        <translation>同一场景，换用协议(&amp;U)</translation>
    </message>
    <message>
        <source>Protocol</source>
        <translation>协议</translation>
    </message>
    <message>
        <source>&amp;Add</source>
        <translation>添加(&amp;A)</translation>
    </message>
    <message>
        <source>Add under this protocol</source>
        <translation>以此协议添加</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>文件(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Add a file…</source>
        <translation>添加文件(&amp;A)…</translation>
    </message>
    <message>
        <source>Save &amp;picture…</source>
        <translation>保存图片(&amp;P)…</translation>
    </message>
    <message>
        <source>&amp;Close</source>
        <translation>关闭(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>视图(&amp;V)</translation>
    </message>
    <message>
        <source>Align: &amp;phases of commit</source>
        <translation>对齐：提交的阶段(&amp;P)</translation>
    </message>
    <message>
        <source>Align: &amp;step by step</source>
        <translation>对齐：逐步(&amp;S)</translation>
    </message>
    <message>
        <source>Align: &amp;time</source>
        <translation>对齐：时间(&amp;T)</translation>
    </message>
    <message>
        <source>Align: time, long &amp;silences short</source>
        <translation>对齐：时间，缩短长静默(&amp;S)</translation>
    </message>
    <message>
        <source>Zoom &amp;in</source>
        <translation>放大(&amp;I)</translation>
    </message>
    <message>
        <source>Zoom &amp;out</source>
        <translation>缩小(&amp;O)</translation>
    </message>
    <message>
        <source>&amp;Fit all</source>
        <translation>全部显示(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Usual size</source>
        <translation>原始大小(&amp;U)</translation>
    </message>
    <message>
        <source>Choose &amp;runs</source>
        <translation>选择运行(&amp;R)</translation>
    </message>
    <message>
        <source>the open run</source>
        <translation>当前打开的运行</translation>
    </message>
    <message>
        <source>Four runs stand here already</source>
        <translation>这里已有四个运行</translation>
    </message>
    <message>
        <source>Uncheck one of them</source>
        <translation>请取消勾选其中一个</translation>
    </message>
    <message>
        <source>The open run is in no file, so that it has no scenario to run</source>
        <translation>当前运行不在文件中，因此没有可运行的场景</translation>
    </message>
    <message>
        <source>Open a scenario first</source>
        <translation>请先打开一个场景</translation>
    </message>
    <message>
        <source>under %1</source>
        <translation>换用 %1</translation>
    </message>
    <message>
        <source>Running…</source>
        <translation>正在运行…</translation>
    </message>
    <message>
        <source>Running</source>
        <translation>正在运行</translation>
    </message>
    <message>
        <source>side by side — Concordat</source>
        <translation>并排比较 — Concordat</translation>
    </message>
    <message>
        <source>%1: step %2 of %3   %4</source>
        <translation>%1：第 %2 步，共 %3 步   %4</translation>
    </message>
    <message>
        <source>Add a run</source>
        <translation>添加运行</translation>
    </message>
    <message>
        <source>Scenarios and traces (*.yaml *.yml *.json);;All files (*)</source>
        <translation>场景与轨迹 (*.yaml *.yml *.json);;所有文件 (*)</translation>
    </message>
    <message>
        <source>There is nothing to draw</source>
        <translation>没有可绘制的内容</translation>
    </message>
    <message>
        <source>Check a run</source>
        <translation>请勾选一个运行</translation>
    </message>
    <message>
        <source>Save the picture</source>
        <translation>保存图片</translation>
    </message>
    <message>
        <source>Pictures (*.svg *.png *.pdf)</source>
        <translation>图片 (*.svg *.png *.pdf)</translation>
    </message>
    <message>
        <source>Writing %1…</source>
        <translation>正在写入 %1…</translation>
    </message>
    <message>
        <source>Writing %1</source>
        <translation>正在写入 %1</translation>
    </message>
    <message>
        <source>Choose another file</source>
        <translation>请选择别的文件</translation>
    </message>
    <message>
        <source>Wrote %1</source>
        <translation>已写入 %1</translation>
    </message>
</context>
<context>
    <name>concordat::gui::CostModel</name>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>≠ %1, not %2</source>
        <translation>≠ %1，而非 %2</translation>
    </message>
    <message>
        <source>Counted; nothing is published about it</source>
        <translation>由计数得出；没有公开发表的数据</translation>
    </message>
    <message>
        <source>%1: %2
%3</source>
        <translation>%1：%2
%3</translation>
    </message>
    <message>
        <source>Derived from a published text</source>
        <translation>由公开发表的文献推得</translation>
    </message>
    <message>
        <source>Published</source>
        <translation>公开发表</translation>
    </message>
    <message>
        <source>Protocol</source>
        <translation>协议</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>运行方式</translation>
    </message>
    <message>
        <source>N</source>
        <translation>N</translation>
    </message>
    <message>
        <source>Messages</source>
        <translation>消息</translation>
    </message>
    <message>
        <source>Delays</source>
        <translation>延迟</translation>
    </message>
    <message>
        <source>Answer after</source>
        <translation>答复时延</translation>
    </message>
    <message>
        <source>Forces</source>
        <translation>强制写</translation>
    </message>
    <message>
        <source>Records</source>
        <translation>日志记录</translation>
    </message>
    <message>
        <source>Force delays</source>
        <translation>强制写延迟</translation>
    </message>
    <message>
        <source>Of roles</source>
        <translation>按角色</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>出处</translation>
    </message>
</context>
<context>
    <name>concordat::gui::CostPage</name>
    <message>
        <source>● counted, and as published   ○ counted, and as derived from a published text   ≠ counted, but not as published   no sign: only counted</source>
        <translation>● 计数结果与发表的一致   ○ 与由文献推得的一致   ≠ 与发表的不一致   无符号：只有计数结果</translation>
    </message>
    <message>
        <source>Only protocols called…</source>
        <translation>按协议名称过滤…</translation>
    </message>
    <message>
        <source>Filter</source>
        <translation>过滤</translation>
    </message>
    <message>
        <source>C&amp;hart of</source>
        <translation>图表(&amp;H)</translation>
    </message>
    <message>
        <source>Chart of</source>
        <translation>图表</translation>
    </message>
    <message>
        <source>Participants</source>
        <translation>参与者</translation>
    </message>
    <message>
        <source>Part&amp;icipants</source>
        <translation>参与者(&amp;I)</translation>
    </message>
    <message>
        <source>Co&amp;mpute</source>
        <translation>计算(&amp;M)</translation>
    </message>
    <message>
        <source>Costs</source>
        <translation>代价</translation>
    </message>
    <message>
        <source>%1, N = %2</source>
        <translation>%1，N = %2</translation>
    </message>
</context>
<context>
    <name>concordat::gui::EnabledModel</name>
    <message>
        <source>ordinary</source>
        <translation>普通</translation>
    </message>
    <message>
        <source>fault</source>
        <translation>故障</translation>
    </message>
    <message>
        <source>crash inside</source>
        <translation>步内崩溃</translation>
    </message>
    <message>
        <source>Group</source>
        <translation>类别</translation>
    </message>
    <message>
        <source>Enabled event</source>
        <translation>可发生的事件</translation>
    </message>
</context>
<context>
    <name>concordat::gui::FiguresPage</name>
    <message>
        <source>Open what `concordat run FILE --seeds 1..1000 --json` prints, or `concordat run FILE --json` of a scenario with a load.</source>
        <translation>请打开 `concordat run FILE --seeds 1..1000 --json` 的输出；对于带负载的场景，则打开 `concordat run FILE --json` 的输出。</translation>
    </message>
    <message>
        <source>%1: %2; runs: %3, transactions: %4</source>
        <translation>%1：%2；运行 %3 次，事务 %4 个</translation>
    </message>
    <message>
        <source>Figures</source>
        <translation>统计数据</translation>
    </message>
</context>
<context>
    <name>concordat::gui::FilterPanel</name>
    <message>
        <source>Processes</source>
        <translation>进程</translation>
    </message>
    <message>
        <source>Kinds</source>
        <translation>种类</translation>
    </message>
    <message>
        <source>Show &amp;all</source>
        <translation>全部显示(&amp;A)</translation>
    </message>
</context>
<context>
    <name>concordat::gui::GraphPage</name>
    <message>
        <source>CA both are possible   C only commit   A only abort   – nobody ever decides   thick red: doomed   two rings: a property is violated   dashed: back to an earlier layer</source>
        <translation>CA 两种结果都可能   C 只能提交   A 只能中止   – 永远无人决定   红色粗线：注定出错   双圈：违反某个性质   虚线：回到更早的层</translation>
    </message>
    <message>
        <source>&amp;Protocol</source>
        <translation>协议(&amp;P)</translation>
    </message>
    <message>
        <source>C&amp;lass</source>
        <translation>故障类(&amp;L)</translation>
    </message>
    <message>
        <source>Part&amp;icipants</source>
        <translation>参与者(&amp;I)</translation>
    </message>
    <message>
        <source>Fi&amp;t all</source>
        <translation>全部显示(&amp;T)</translation>
    </message>
    <message>
        <source>E&amp;xplore</source>
        <translation>探索(&amp;X)</translation>
    </message>
    <message>
        <source>Choose a small system, then Explore. A click or Enter on a state shows a shortest run to it as a sequence.</source>
        <translation>先选一个小系统，再点“探索”。点击某个状态，或在其上按 Enter，会把到达它的一条最短运行画成时序图。</translation>
    </message>
    <message>
        <source>State %1 of %2, in layer %3: %4
%5</source>
        <translation>状态 %1（共 %2 个），第 %3 层：%4
%5</translation>
    </message>
</context>
<context>
    <name>concordat::gui::GraphView</name>
    <message>
        <source>Graph of states</source>
        <translation>状态图</translation>
    </message>
    <message>
        <source>only commit is possible</source>
        <translation>只可能提交</translation>
    </message>
    <message>
        <source>only abort is possible</source>
        <translation>只可能中止</translation>
    </message>
    <message>
        <source>commit and abort are possible</source>
        <translation>提交和中止都可能</translation>
    </message>
    <message>
        <source>nobody ever decides</source>
        <translation>永远无人决定</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>未知</translation>
    </message>
    <message>
        <source>State %1: %2</source>
        <translation>状态 %1：%2</translation>
    </message>
    <message>
        <source>, a property is violated</source>
        <translation>，违反某个性质</translation>
    </message>
    <message>
        <source>, doomed: no run from here keeps every property</source>
        <translation>，注定出错：从这里出发，没有一条运行能保持所有性质</translation>
    </message>
</context>
<context>
    <name>concordat::gui::HeatLegend</name>
    <message>
        <source>What the signs mean</source>
        <translation>符号的含义</translation>
    </message>
</context>
<context>
    <name>concordat::gui::JobBar</name>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>进度</translation>
    </message>
    <message>
        <source>%1, %2 states</source>
        <translation>%1，%2 个状态</translation>
    </message>
</context>
<context>
    <name>concordat::gui::MainWindow</name>
    <message>
        <source>Concordat</source>
        <translation>Concordat</translation>
    </message>
    <message>
        <source>Nothing is open</source>
        <translation>没有打开任何文件</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>步骤</translation>
    </message>
    <message>
        <source>State after the step</source>
        <translation>该步之后的状态</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Properties</source>
        <translation>性质</translation>
    </message>
    <message>
        <source>Story</source>
        <translation>解说</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>运行</translation>
    </message>
    <message>
        <source>Variant </source>
        <translation>变体 </translation>
    </message>
    <message>
        <source>Variant</source>
        <translation>变体</translation>
    </message>
    <message>
        <source>  Transaction </source>
        <translation>  事务 </translation>
    </message>
    <message>
        <source>Transaction</source>
        <translation>事务</translation>
    </message>
    <message>
        <source>Search the steps</source>
        <translation>在步骤中搜索</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>搜索</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>文件(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Open…</source>
        <translation>打开(&amp;O)…</translation>
    </message>
    <message>
        <source>Open &amp;recent</source>
        <translation>最近打开(&amp;R)</translation>
    </message>
    <message>
        <source>Re&amp;load</source>
        <translation>重新加载(&amp;L)</translation>
    </message>
    <message>
        <source>Save &amp;picture…</source>
        <translation>保存图片(&amp;P)…</translation>
    </message>
    <message>
        <source>&amp;Print…</source>
        <translation>打印(&amp;P)…</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>退出(&amp;Q)</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>视图(&amp;V)</translation>
    </message>
    <message>
        <source>Axis: every &amp;event a line</source>
        <translation>纵轴：每个事件一行(&amp;E)</translation>
    </message>
    <message>
        <source>Axis: every &amp;step alike</source>
        <translation>纵轴：每步等高(&amp;S)</translation>
    </message>
    <message>
        <source>Axis: &amp;time</source>
        <translation>纵轴：真实时间(&amp;T)</translation>
    </message>
    <message>
        <source>Axis: time, long &amp;silences short</source>
        <translation>纵轴：时间，压缩长时间的沉默(&amp;L)</translation>
    </message>
    <message>
        <source>Zoom &amp;in</source>
        <translation>放大(&amp;I)</translation>
    </message>
    <message>
        <source>Zoom &amp;out</source>
        <translation>缩小(&amp;O)</translation>
    </message>
    <message>
        <source>&amp;Fit all</source>
        <translation>全部显示(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Usual size</source>
        <translation>原始大小(&amp;U)</translation>
    </message>
    <message>
        <source>&amp;Dark</source>
        <translation>深色(&amp;D)</translation>
    </message>
    <message>
        <source>&amp;Windows</source>
        <translation>窗口(&amp;W)</translation>
    </message>
    <message>
        <source>&amp;Go</source>
        <translation>转到(&amp;G)</translation>
    </message>
    <message>
        <source>&amp;Next step</source>
        <translation>下一步(&amp;N)</translation>
    </message>
    <message>
        <source>&amp;Previous step</source>
        <translation>上一步(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;First step</source>
        <translation>第一步(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Last step</source>
        <translation>最后一步(&amp;L)</translation>
    </message>
    <message>
        <source>Next &amp;violation</source>
        <translation>下一处违反(&amp;V)</translation>
    </message>
    <message>
        <source>Set or remove a &amp;bookmark</source>
        <translation>设置或取消书签(&amp;B)</translation>
    </message>
    <message>
        <source>Next b&amp;ookmark</source>
        <translation>下一个书签(&amp;O)</translation>
    </message>
    <message>
        <source>Previous boo&amp;kmark</source>
        <translation>上一个书签(&amp;K)</translation>
    </message>
    <message>
        <source>&amp;Search</source>
        <translation>搜索(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Results</source>
        <translation>结果(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Verdicts</source>
        <translation>判定(&amp;V)</translation>
    </message>
    <message>
        <source>&amp;Costs</source>
        <translation>代价(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Figures of runs</source>
        <translation>运行统计(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Graph of states</source>
        <translation>状态图(&amp;G)</translation>
    </message>
    <message>
        <source>&amp;Lessons</source>
        <translation>课程(&amp;L)</translation>
    </message>
    <message>
        <source>the scenarios of the lessons are not here</source>
        <translation>找不到课程所用的场景</translation>
    </message>
    <message>
        <source>set CONCORDAT_SCENARIOS to the folder `scenarios`</source>
        <translation>请把环境变量 CONCORDAT_SCENARIOS 设为文件夹 `scenarios` 的路径</translation>
    </message>
    <message>
        <source>Open a run</source>
        <translation>打开一次运行</translation>
    </message>
    <message>
        <source>Scenarios, traces and results (*.yaml *.yml *.json *.csv);;All files (*)</source>
        <translation>场景、轨迹和结果 (*.yaml *.yml *.json *.csv);;所有文件 (*)</translation>
    </message>
    <message>
        <source>Opening %1…</source>
        <translation>正在打开 %1…</translation>
    </message>
    <message>
        <source>Nothing was opened</source>
        <translation>没有打开</translation>
    </message>
    <message>
        <source>%1 is in the window of the results</source>
        <translation>%1 已在结果窗口中打开</translation>
    </message>
    <message>
        <source>%1: step %2 of %3</source>
        <translation>%1：第 %2 步，共 %3 步</translation>
    </message>
    <message>
        <source>all</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>No property is violated in this run</source>
        <translation>这次运行没有违反任何性质</translation>
    </message>
    <message>
        <source>Save the run as a picture</source>
        <translation>把运行保存为图片</translation>
    </message>
    <message>
        <source>Pictures (*.svg *.png *.pdf)</source>
        <translation>图片 (*.svg *.png *.pdf)</translation>
    </message>
    <message>
        <source>Wrote %1</source>
        <translation>已写入 %1</translation>
    </message>
    <message>
        <source>Schedule</source>
        <translation>调度</translation>
    </message>
    <message>
        <source>Saved; `concordat run %1` replays it</source>
        <translation>已保存；用 `concordat run %1` 可以重放</translation>
    </message>
    <message>
        <source>&amp;Schedule</source>
        <translation>调度(&amp;S)</translation>
    </message>
    <message>
        <source>Save as scenario</source>
        <translation>另存为场景</translation>
    </message>
    <message>
        <source>Scenarios (*.yaml)</source>
        <translation>场景 (*.yaml)</translation>
    </message>
    <message>
        <source>&amp;Explore</source>
        <translation>探索(&amp;E)</translation>
    </message>
    <message>
        <source>Show the &amp;point of no return</source>
        <translation>显示不可回头点(&amp;P)</translation>
    </message>
    <message>
        <source>Cancelled: nothing is known of what can be decided</source>
        <translation>已取消：无法得知还能作出哪些决定</translation>
    </message>
    <message>
        <source>Open a scenario or a trace first</source>
        <translation>请先打开场景或轨迹</translation>
    </message>
    <message>
        <source>Searching all runs</source>
        <translation>正在搜索所有运行</translation>
    </message>
    <message>
        <source>Filter</source>
        <translation>过滤</translation>
    </message>
    <message>
        <source>Show everything again (Ctrl+Shift+A)</source>
        <translation>重新显示全部 (Ctrl+Shift+A)</translation>
    </message>
    <message>
        <source>Fi&amp;lter…</source>
        <translation>过滤(&amp;L)…</translation>
    </message>
    <message>
        <source>Show &amp;all</source>
        <translation>全部显示(&amp;A)</translation>
    </message>
    <message>
        <source>Filter: %1  ×</source>
        <translation>过滤：%1  ×</translation>
    </message>
    <message>
        <source>Next &amp;match</source>
        <translation>下一个匹配(&amp;M)</translation>
    </message>
    <message>
        <source>Previous ma&amp;tch</source>
        <translation>上一个匹配(&amp;T)</translation>
    </message>
    <message>
        <source>searching…</source>
        <translation>正在搜索…</translation>
    </message>
    <message>
        <source>Searching</source>
        <translation>正在搜索</translation>
    </message>
    <message>
        <source>not found</source>
        <translation>未找到</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>第 %1 个，共 %2 个</translation>
    </message>
    <message>
        <source>%1 found</source>
        <translation>找到 %1 个</translation>
    </message>
    <message>
        <source>Side &amp;by side…</source>
        <translation>并排比较(&amp;B)…</translation>
    </message>
    <message>
        <source>Nothing is open that could stand beside something</source>
        <translation>没有打开可供并排比较的运行</translation>
    </message>
    <message>
        <source>&amp;Benchmarks</source>
        <translation>基准测试(&amp;B)</translation>
    </message>
</context>
<context>
    <name>concordat::gui::MatrixModel</name>
    <message>
        <source>holds</source>
        <translation>成立</translation>
    </message>
    <message>
        <source>holds as far as a bound</source>
        <translation>在界限之内成立</translation>
    </message>
    <message>
        <source>holds, and nothing could break it</source>
        <translation>成立，且没有任何东西能破坏它</translation>
    </message>
    <message>
        <source>violated</source>
        <translation>违反</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>未知</translation>
    </message>
    <message>
        <source>does not apply</source>
        <translation>不适用</translation>
    </message>
    <message>
        <source>not asked</source>
        <translation>未检查</translation>
    </message>
    <message>
        <source>%1 under %2: %3 %4</source>
        <translation>%1，%2：%3 %4</translation>
    </message>
    <message>
        <source>Events of the counterexample: %1.</source>
        <translation>反例的事件数：%1。</translation>
    </message>
    <message>
        <source>Bound: %1.</source>
        <translation>界限：%1。</translation>
    </message>
    <message>
        <source>The search was ended by its limit: %1.</source>
        <translation>搜索因达到限制而结束：%1。</translation>
    </message>
    <message>
        <source>Searched: %1.</source>
        <translation>搜索范围：%1。</translation>
    </message>
    <message>
        <source>%1 states for all properties of this class.</source>
        <translation>该故障类的所有性质共搜索 %1 个状态。</translation>
    </message>
    <message>
        <source>violated, in 12 events</source>
        <translation>违反，反例有 12 个事件</translation>
    </message>
    <message>
        <source>Verdict matrix</source>
        <translation>判定矩阵</translation>
    </message>
</context>
<context>
    <name>concordat::gui::MatrixPage</name>
    <message>
        <source>Show the &amp;counterexample</source>
        <translation>显示反例(&amp;C)</translation>
    </message>
    <message>
        <source>all</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>Show p&amp;roperty</source>
        <translation>显示性质(&amp;R)</translation>
    </message>
    <message>
        <source>every protocol</source>
        <translation>所有协议</translation>
    </message>
    <message>
        <source>&amp;Protocol</source>
        <translation>协议(&amp;P)</translation>
    </message>
    <message>
        <source>every class</source>
        <translation>所有故障类</translation>
    </message>
    <message>
        <source>C&amp;lass</source>
        <translation>故障类(&amp;L)</translation>
    </message>
    <message>
        <source>Part&amp;icipants</source>
        <translation>参与者(&amp;I)</translation>
    </message>
    <message>
        <source> s</source>
        <translation> 秒</translation>
    </message>
    <message>
        <source>How long each search may take; what it leaves open is unknown</source>
        <translation>每次搜索最多用多长时间；没有搜完的记为“未知”</translation>
    </message>
    <message>
        <source>&amp;At most</source>
        <translation>最多(&amp;A)</translation>
    </message>
    <message>
        <source>Co&amp;mpute</source>
        <translation>计算(&amp;M)</translation>
    </message>
    <message>
        <source>Verdict matrix</source>
        <translation>判定矩阵</translation>
    </message>
    <message>
        <source>Choose a cell. A click or Enter on a violated one computes its counterexample and shows it as a sequence.</source>
        <translation>请选择一格。点击“违反”的格，或在其上按 Enter，会计算它的反例并画成时序图。</translation>
    </message>
    <message>
        <source>Open a matrix, as CSV or JSON, or compute one: choose a protocol and a class, then Compute.</source>
        <translation>请打开一个矩阵（CSV 或 JSON），或者算一个：选定协议和故障类，再点“计算”。</translation>
    </message>
</context>
<context>
    <name>concordat::gui::MessageBar</name>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>concordat::gui::Minimap</name>
    <message>
        <source>Overview of the run</source>
        <translation>运行概览</translation>
    </message>
</context>
<context>
    <name>concordat::gui::PropertyModel</name>
    <message>
        <source>ok</source>
        <translation>成立</translation>
    </message>
    <message>
        <source>violated</source>
        <translation>违反</translation>
    </message>
    <message>
        <source>open</source>
        <translation>待定</translation>
    </message>
    <message>
        <source>Property</source>
        <translation>性质</translation>
    </message>
    <message>
        <source>Stands</source>
        <translation>状况</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>原因</translation>
    </message>
</context>
<context>
    <name>concordat::gui::ResultsWindow</name>
    <message>
        <source>Results — Concordat</source>
        <translation>结果 — Concordat</translation>
    </message>
    <message>
        <source>Verdicts</source>
        <translation>判定</translation>
    </message>
    <message>
        <source>Costs</source>
        <translation>代价</translation>
    </message>
    <message>
        <source>Figures of runs</source>
        <translation>运行统计</translation>
    </message>
    <message>
        <source>Graph of states</source>
        <translation>状态图</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>文件(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Open…</source>
        <translation>打开(&amp;O)…</translation>
    </message>
    <message>
        <source>&amp;Save the table as CSV…</source>
        <translation>把表格存为 CSV(&amp;S)…</translation>
    </message>
    <message>
        <source>Save the &amp;picture…</source>
        <translation>保存图片(&amp;P)…</translation>
    </message>
    <message>
        <source>&amp;Close</source>
        <translation>关闭(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>视图(&amp;V)</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>进度</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Cancelling…</source>
        <translation>正在取消…</translation>
    </message>
    <message>
        <source>: %1 of %2 searches</source>
        <translation>：第 %1 次搜索，共 %2 次</translation>
    </message>
    <message>
        <source>, %1 states</source>
        <translation>，%1 个状态</translation>
    </message>
    <message>
        <source>Searching</source>
        <translation>正在搜索</translation>
    </message>
    <message>
        <source>computed</source>
        <translation>计算所得</translation>
    </message>
    <message>
        <source>Cancelled: some cells are missing</source>
        <translation>已取消：有些格没有结果</translation>
    </message>
    <message>
        <source>Searching for the counterexample of %1, %2, %3</source>
        <translation>正在寻找反例：%1，%2，%3</translation>
    </message>
    <message>
        <source>In the window of the sequence; steps: %1</source>
        <translation>已画在时序图窗口中；步数：%1</translation>
    </message>
    <message>
        <source>Counting messages, delays and forces</source>
        <translation>正在统计消息、延迟和强制写</translation>
    </message>
    <message>
        <source>Exploring %1 under %2</source>
        <translation>正在探索 %1，故障类 %2</translation>
    </message>
    <message>
        <source>%1 states, %2 events</source>
        <translation>%1 个状态，%2 个事件</translation>
    </message>
    <message>
        <source>Taking a shortest run to state %1</source>
        <translation>正在取到达状态 %1 的最短运行</translation>
    </message>
    <message>
        <source>Results: %1 — Concordat</source>
        <translation>结果：%1 — Concordat</translation>
    </message>
    <message>
        <source>Open results</source>
        <translation>打开结果</translation>
    </message>
    <message>
        <source>Tables and figures (*.csv *.json);;All files (*)</source>
        <translation>表格和统计数据 (*.csv *.json);;所有文件 (*)</translation>
    </message>
    <message>
        <source>There is no table on this page</source>
        <translation>这一页没有表格</translation>
    </message>
    <message>
        <source>Open or compute one</source>
        <translation>请打开或计算一个</translation>
    </message>
    <message>
        <source>Save the table</source>
        <translation>保存表格</translation>
    </message>
    <message>
        <source>Tables (*.csv)</source>
        <translation>表格 (*.csv)</translation>
    </message>
    <message>
        <source>Choose another folder</source>
        <translation>请选择别的文件夹</translation>
    </message>
    <message>
        <source>Wrote %1</source>
        <translation>已写入 %1</translation>
    </message>
    <message>
        <source>There is nothing to draw on this page</source>
        <translation>这一页没有可画的内容</translation>
    </message>
    <message>
        <source>Open or compute something</source>
        <translation>请先打开或计算</translation>
    </message>
    <message>
        <source>Save the picture</source>
        <translation>保存图片</translation>
    </message>
    <message>
        <source>Pictures (*.svg *.png *.pdf)</source>
        <translation>图片 (*.svg *.png *.pdf)</translation>
    </message>
    <message>
        <source>Writing %1…</source>
        <translation>正在写入 %1…</translation>
    </message>
    <message>
        <source>Writing %1</source>
        <translation>正在写入 %1</translation>
    </message>
    <message>
        <source>Choose another file</source>
        <translation>请选择别的文件</translation>
    </message>
    <message>
        <source>Benchmarks</source>
        <translation>基准测试</translation>
    </message>
</context>
<context>
    <name>concordat::gui::ScheduleDock</name>
    <message>
        <source>Open a scenario, or a trace that carries one</source>
        <translation>请打开一个场景，或带有场景的轨迹</translation>
    </message>
    <message>
        <source>&amp;Choose the next event</source>
        <translation>选择下一个事件(&amp;C)</translation>
    </message>
    <message>
        <source>To the field above the events</source>
        <translation>转到事件列表上方的输入框</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>撤销(&amp;U)</translation>
    </message>
    <message>
        <source>One step back</source>
        <translation>后退一步</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>重做(&amp;R)</translation>
    </message>
    <message>
        <source>One step forward again along the branch</source>
        <translation>沿当前分支再前进一步</translation>
    </message>
    <message>
        <source>Save as &amp;scenario…</source>
        <translation>另存为场景(&amp;S)…</translation>
    </message>
    <message>
        <source>A scenario file with this schedule, which replays</source>
        <translation>带有这个调度的场景文件，可以重放</translation>
    </message>
    <message>
        <source>C&amp;heck…</source>
        <translation>检查(&amp;H)…</translation>
    </message>
    <message>
        <source>Check every run from here on</source>
        <translation>检查从这里开始的所有运行</translation>
    </message>
    <message>
        <source>C&amp;heck from here</source>
        <translation>从这里检查(&amp;H)</translation>
    </message>
    <message>
        <source>Show me a &amp;violation</source>
        <translation>给我一个违反(&amp;V)</translation>
    </message>
    <message>
        <source>A shortest run from here that violates a property</source>
        <translation>从这里开始、违反某个性质的最短运行</translation>
    </message>
    <message>
        <source>Show me a &amp;blocked run</source>
        <translation>给我一个阻塞的运行(&amp;B)</translation>
    </message>
    <message>
        <source>A shortest run from here after which somebody cannot decide</source>
        <translation>从这里开始、使某个进程无法决定的最短运行</translation>
    </message>
    <message>
        <source>&amp;Why can this not happen…</source>
        <translation>为什么不会发生(&amp;W)…</translation>
    </message>
    <message>
        <source>Whether a state can be reached from here, and if not, why not</source>
        <translation>从这里能否到达某个状态；如果不能，为什么</translation>
    </message>
    <message>
        <source>Ca&amp;ncel the search</source>
        <translation>取消搜索(&amp;N)</translation>
    </message>
    <message>
        <source>End the search</source>
        <translation>结束搜索</translation>
    </message>
    <message>
        <source>Filter, or write an event: crash c</source>
        <translation>过滤，或写一个事件：crash c</translation>
    </message>
    <message>
        <source>Filter of the enabled events</source>
        <translation>过滤可发生的事件</translation>
    </message>
    <message>
        <source>&amp;Ordinary</source>
        <translation>普通(&amp;O)</translation>
    </message>
    <message>
        <source>F&amp;aults</source>
        <translation>故障(&amp;A)</translation>
    </message>
    <message>
        <source>Crashes &amp;inside steps</source>
        <translation>步内崩溃(&amp;I)</translation>
    </message>
    <message>
        <source>Enabled events</source>
        <translation>可发生的事件</translation>
    </message>
    <message>
        <source>Branches &amp;tried</source>
        <translation>试过的分支(&amp;T)</translation>
    </message>
    <message>
        <source>Branches that were tried</source>
        <translation>试过的分支</translation>
    </message>
    <message>
        <source>From here &amp;on:</source>
        <translation>从这里起(&amp;O)：</translation>
    </message>
    <message>
        <source>Faults that a search allows from here on</source>
        <translation>从这里起搜索允许的故障</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>答复</translation>
    </message>
    <message>
        <source>as the scenario: %1</source>
        <translation>同场景：%1</translation>
    </message>
    <message>
        <source>one more crash</source>
        <translation>再崩溃一次</translation>
    </message>
    <message>
        <source>one more crash and recovery</source>
        <translation>再崩溃并恢复一次</translation>
    </message>
    <message>
        <source>two more crashes and recoveries</source>
        <translation>再崩溃并恢复两次</translation>
    </message>
    <message>
        <source>one more lost message</source>
        <translation>再丢失一条消息</translation>
    </message>
    <message>
        <source>one more partition</source>
        <translation>再分区一次</translation>
    </message>
    <message>
        <source>no more faults</source>
        <translation>不再有故障</translation>
    </message>
    <message>
        <source>Before the first step</source>
        <translation>第一步之前</translation>
    </message>
    <message>
        <source>After step %1 of %2</source>
        <translation>第 %1 步之后，共 %2 步</translation>
    </message>
    <message>
        <source>After step %1</source>
        <translation>第 %1 步之后</translation>
    </message>
    <message>
        <source>No schedule</source>
        <translation>没有调度</translation>
    </message>
    <message>
        <source>Searching…</source>
        <translation>正在搜索…</translation>
    </message>
    <message>
        <source>The search was ended without an answer</source>
        <translation>搜索已结束，没有得到答复</translation>
    </message>
    <message>
        <source>show</source>
        <translation>显示</translation>
    </message>
    <message>
        <source>Why can this not happen?</source>
        <translation>为什么不会发生？</translation>
    </message>
    <message>
        <source>A state, such as `p1 commits and p2 aborts`. A process
commits, aborts, blocks, is in doubt (`p1 in doubt`) or is down (`c down`);
with several transactions `t2 p1 commits`.</source>
        <translation>一个状态，例如 `p1 commits and p2 aborts`。对一个进程可以说：
提交（commits）、中止（aborts）、阻塞（blocks）、存疑（`p1 in doubt`）、宕机（`c down`）；
有多个事务时写成 `t2 p1 commits`。</translation>
    </message>
    <message>
        <source>p1 commits and p2 aborts</source>
        <translation>p1 commits and p2 aborts</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>保存…</translation>
    </message>
</context>
<context>
    <name>concordat::gui::SequenceView</name>
    <message>
        <source>Sequence of the run</source>
        <translation>运行的时序图</translation>
    </message>
    <message>
        <source>Open a scenario (.yaml) or a trace (.json), or drop one here.</source>
        <translation>打开一个场景（.yaml）或一条轨迹（.json），或者把文件拖到这里。</translation>
    </message>
    <message>
        <source>still possible: %1</source>
        <translation>仍可能：%1</translation>
    </message>
    <message>
        <source>no run from here keeps every property</source>
        <translation>此后没有任何运行能保持所有性质</translation>
    </message>
</context>
<context>
    <name>concordat::gui::SessionJob</name>
    <message>
        <source>Runs of more than %L1 steps have no schedule</source>
        <translation>超过 %L1 步的运行没有调度</translation>
    </message>
    <message>
        <source>%1: %L2 states, depth %3, %L4 waiting</source>
        <translation>%1：%L2 个状态，深度 %3，待搜索 %L4 个</translation>
    </message>
</context>
<context>
    <name>concordat::gui::StateModel</name>
    <message>
        <source>(gone)</source>
        <translation>（已没有）</translation>
    </message>
    <message>
        <source>Field</source>
        <translation>字段</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>值</translation>
    </message>
    <message>
        <source>Before this step</source>
        <translation>这步之前</translation>
    </message>
</context>
<context>
    <name>concordat::gui::StepModel</name>
    <message>
        <source>Step</source>
        <translation>步</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>At</source>
        <translation>进程</translation>
    </message>
    <message>
        <source>Event</source>
        <translation>事件</translation>
    </message>
</context>
<context>
    <name>concordat::gui::ValenceLegend</name>
    <message>
        <source>b: commit and abort are possible; c: only commit; a: only abort; -: nobody can decide any more; !: no run from there keeps every property</source>
        <translation>b：提交和中止都可能；c：只能提交；a：只能中止；-：再也没有进程能决定；!：此后没有任何运行能保持所有性质</translation>
    </message>
</context>
</TS>
